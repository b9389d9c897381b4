import type { menu as english } from '../en/menu';
import type { TranslationWithoutPlurals } from '../translation';

export const menu: TranslationWithoutPlurals<typeof english> = {
  group: {
    organization: '組織',
    seats: 'シート',
    people: 'ユーザー管理',
    settings: '設定',
    server: 'サーバー',
  },
  dashboard: 'ダッシュボード',
  users: 'ユーザー',
  pending: '保留中の招待',
  teams: 'チーム',
  settings: '設定',
  profile: 'プロファイル',
  api: 'API',
};
