import type { show as english } from '../en/show';
import type { TranslationWithoutPlurals } from '../translation';

export const show: TranslationWithoutPlurals<typeof english> = {
  member: {
    choose: '名前またはメールアドレス',
    none: 'この名前のメンバーはいません。',
  },
  filters: 'フィルター',
  filtersActive_other: 'フィルター：{{count}}件適用中',
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
  csv: '一覧をCSVで保存',
  bulk: {
    done_other: '{{count}}件を処理しました。',
    undo: '元に戻す',
    undone: '元に戻しました。',
    refused_other: '{{count}}件は変更されませんでした',
    role: {
      title_other: '{{count}}人のメンバーの新しいロール',
      text: 'サインイン中のセッションにもすぐに反映されます。オーナーと自分のロールは変わりません。',
    },
    removeMembers: {
      title_other: '{{count}}人のメンバーを削除しますか？',
      text: '{{organization}}とそのチームから外れます。使用中のシートはすぐに終了し、割り当てられたシートは空きます。アカウント自体は残り、再び招待できます。',
    },
    resend: {
      title_other: '{{count}}件の招待を再送信しますか？',
      text: '新しいリンクが作成され、古いリンクは使用できなくなります。',
    },
    revoke: {
      title_other: '{{count}}件の招待を取り消しますか？',
      text: 'リンクはすぐに使用できなくなります。同じアドレスは後で再び招待できます。',
    },
    removeMachines: {
      title_other: '{{count}}台のマシンを削除しますか？',
      text: 'これらのマシンのセッションは、クライアントの次回の更新時に終了します。ノードロックのシートは空き、次のアクティベーション時に空きがあれば再び使用されます。',
    },
    deny: {
      action: '拒否',
      title_other: '{{count}}台のマシンを拒否しますか？',
      text: '今後シートを使用できなくなり、実行中のセッションはクライアントの次回の更新時に終了します。ポリシーの拒否するマシンに追加されます。',
    },
    allow: {
      action: '許可',
      title_other: '{{count}}台のマシンを再び許可しますか？',
      text: 'ポリシーの拒否するマシンから削除されます。',
    },
    disable: {
      title_other: '{{count}}件のアカウントを無効にしますか？',
      text: 'これらのユーザーはサインインできなくなります。すべてのセッション、トークン、シートはすぐに終了します。アカウントは再び有効にできます。',
    },
    enable: {
      title_other: '{{count}}件のアカウントを有効にしますか？',
      text: 'これらのユーザーは、以前と同じパスワードとメンバーシップで再びサインインできます。以前のセッションは終了したままです。',
    },
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
