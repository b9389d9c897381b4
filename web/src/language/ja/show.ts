import type { show as english } from '../en/show';
import type { TranslationWithoutPlurals } from '../translation';

export const show: TranslationWithoutPlurals<typeof english> = {
  member: {
    choose: '名前またはメールアドレス',
    none: 'この名前のメンバーはいません。',
  },
  stale: {
    title: '別のユーザーが変更しました',
    changed: '{{by}}が{{fields}}を変更しました：',
    changedSomething: '{{by}}が変更しました：',
    field: {
      name: '名前',
      role: 'ロール',
      disabled: 'アカウントの有効・無効',
      root: '管理者権限',
      email: 'メールアドレス',
    },
    text: 'あなたの変更は保存されていません。',
    merge: '自分の変更を反映',
    reload: '自分の変更を破棄',
    anyway: 'それでも実行',
  },
  sort: { label: '並べ替え', ascending: '{{column}}（昇順）', descending: '{{column}}（降順）' },
  clear: 'クリア',
  remove: '削除',
  all: 'すべて',
  nextPage: '次のページ',
  previousPage: '前のページ',
  download: {
    running: '{{size}}まで受信済み…',
    done: '{{name}}を保存しました。',
  },
  copyOf: 'コピー：{{what}}',
};
