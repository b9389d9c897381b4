import type { signIn as english } from '../en/sign-in';
import type { TranslationWithoutPlurals } from '../translation';

export const signIn: TranslationWithoutPlurals<typeof english> = {
  title: 'サインイン',
  text: 'テスト担当者とパイプラインのためのシートを、社内ネットワークで管理します。',
  email: 'メールアドレス',
  emailOrName: 'メールアドレスまたはユーザー名',
  password: 'パスワード',
  submit: 'サインイン',
  or: 'または',
  with: '{{name}}でサインイン',
  withPasskey: 'パスキーでサインイン',
  forgot: 'パスワードをお忘れですか？',
  back: 'サインインに戻る',
  forgotTitle: 'パスワードをお忘れですか？',
  forgotText:
    'メールアドレスを入力してください。アカウントがある場合は、新しいパスワードを設定するためのリンクをお送りします。',
  sendLink: 'リンクを送信',
  linkOnItsWay:
    'このアドレスのアカウントがある場合は、新しいパスワードを設定するためのリンクをお送りしました。数分待っても届かない場合は、管理者に問い合わせてください。',
  noMail: 'このサーバーはメールを送信できません。新しいパスワードを設定するためのリンクを管理者に依頼してください。',
  newPassword: '新しいパスワード',
  passwordHint: '8〜128文字で、推測されにくいもの。',
  again: '新しいパスワード（確認）',
  different: 'パスワードが一致しません。',
  resetTitle: '新しいパスワードの設定',
  resetText: 'リンクは1回だけ使用できます。使用すると、アカウントのすべてのセッションが終了します。',
  update: 'パスワードを更新',
  newLink: '別のリンクを依頼',
  emailTitle: 'このメールアドレスの使用',
  emailText: 'アカウントのアドレスが、このリンクの送信先アドレスに変わります。以後はそのアドレスでサインインします。',
  emailUse: 'このアドレスを使用',
  emailDone: 'アドレスを変更しました',
  emailDoneText: '今後は、Katalon Studioでも新しいアドレスでサインインしてください。パスワードは変わりません。',
  resetDone: 'パスワードを設定しました',
  resetDoneText:
    'ほかのセッションはすべて終了しました。今後は、Katalon Studioでも新しいパスワードでサインインしてください。',
};
