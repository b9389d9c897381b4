import type { people as english } from '../en/people';
import type { TranslationWithoutPlurals } from '../translation';

export const people: TranslationWithoutPlurals<typeof english> = {
  all: 'すべてのユーザー',
  allMachines: 'すべてのマシン',
  tab: {
    now: '現在',
    sessions: '1年間のセッション',
    machines: 'マシン',
    refusals: '拒否',
    keys: 'APIキー',
    history: '履歴',
  },
  reason: '理由',
  noRefusals: '拒否されたことはありません',
  noKeys: 'APIキーはありません',
  keyName: '名前',
  keyCreated: '作成日',
  keyUsed: '最終使用',
  keyExpires: '有効期限',
  noPlace: 'このマシンに割り当てられたシートはありません。',
};
