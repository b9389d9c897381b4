import type { teams as english } from '../en/teams';
import type { TranslationWithoutPlurals } from '../translation';

export const teams: TranslationWithoutPlurals<typeof english> = {
  title: 'チーム',
  text: 'チームは、プロジェクトなどの単位で組織のメンバーをまとめます。',
  all: 'すべてのチーム',
  name: '名前',
  example: 'モバイル',
  members: 'メンバー',
  membersOf: '{{name}}のメンバー',
  role: 'チームでのロール',
  yourRole: 'あなたのロール',
  created: '作成日時',
  create: 'チームを作成',
  rename: '名前を変更',
  renameTitle: '{{name}}の名前の変更',
  none: 'チームはまだありません',
  noneText: '最初のチームを作成し、組織のメンバーを追加してください。',
  noMembers: 'このチームにメンバーはいません',
  noMembersText: '組織のメンバーを追加してください。',
  may: {
    USER: 'チームに所属し、メンバーを確認できます。',
    ADMIN: 'さらに、メンバーの追加と削除、チーム名の変更ができます。',
    OWNER: 'さらに、チームを削除できます。',
  },
  add: { open: 'メンバーを追加', title: '{{name}}への追加', member: 'メンバー', submit: '追加' },
  remove: {
    open: 'チームから削除',
    title: '{{name}}をチームから削除しますか？',
    text: '{{name}}は組織に残り、再び追加できます。',
    submit: '削除',
  },
  delete: {
    open: 'チームを削除',
    title: '{{name}}を削除しますか？',
    text: 'メンバーは組織に残ります。この操作は元に戻せません。',
    done: 'チーム{{name}}を削除しました。',
  },
};
