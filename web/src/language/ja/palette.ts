import type { palette as english } from '../en/palette';
import type { TranslationWithoutPlurals } from '../translation';

export const palette: TranslationWithoutPlurals<typeof english> = {
  title: 'すべてを検索',
  placeholder: 'ページ、ユーザー、マシン、設定を検索 …',
  nothing: '「{{search}}」に一致するものはありません',
  pages: 'ページと設定',
  actions: '操作',
  views: '保存したビュー',
  people: 'ユーザー',
  machines: 'マシン',
  sessions: 'セッション',
  accounts: 'アカウント',
  organizations: '組織',
  light: 'ライト表示',
  dark: 'ダーク表示',
  help: {
    title: 'キーボードショートカット',
    palette: 'すべてを検索',
    keys: 'このショートカットを表示',
    close: 'ダイアログまたはメニューを閉じる',
    space: 'スペース',
    select: '行を選択',
    range: 'ここまでの行をすべて選択',
  },
};
