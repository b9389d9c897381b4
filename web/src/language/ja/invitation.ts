import type { invitation as english } from '../en/invitation';
import type { TranslationWithoutPlurals } from '../translation';

export const invitation: TranslationWithoutPlurals<typeof english> = {
  title: '招待',
  join: '{{organization}}への参加',
  newText: '<b>{{email}}</b>として招待されています。新しいアカウントの名前とパスワードを設定してください。',
  renewText:
    '<b>{{email}}</b>のアカウントがありますが、アドレスが確認されていません。新しいパスワードを設定してください。以前のパスワード、セッション、APIキーは使用できなくなります。',
  renewWarning:
    'すでに別の組織のメンバーですか？ その場合は、先にサインインしてからこのリンクをもう一度開いてください。そうしないと、その組織から外れることがあります。',
  signInText: '招待を承諾するには、<b>{{email}}</b>としてサインインしてください。',
  signInAndAccept: 'サインインして承諾',
  acceptText: '<b>{{email}}</b>としてサインインしています。',
  accept: '招待を承諾',
  other:
    '<b>{{signedInAs}}</b>としてサインインしていますが、招待は<b>{{email}}</b>宛てです。承諾するにはサインアウトしてください。',
  stay: 'サインインしたままにする',
  toSignIn: 'サインインへ',
  joined: '{{organization}}のメンバーになりました',
  joinedText: 'すぐに作業を始められます。',
  serverUrl: 'Katalon StudioとRuntime Engine用のサーバーURL',
  useText: 'このアドレスと{{email}}、パスワードを使ってアクティベーションしてください。',
  toConsole: 'コンソールを開く',
};
