import type { connect as english } from '../en/connect';
import type { TranslationWithoutPlurals } from '../translation';

export const connect: TranslationWithoutPlurals<typeof english> = {
  open: 'クライアントを接続',
  title: 'このサーバーにクライアントを接続',
  studio: 'Katalon Studio Enterprise',
  studioText: '起動して「Activate」を選び、次の内容を入力します：',
  serverUrl: 'サーバーURL',
  onlyHere:
    'ほかのマシンのクライアントはこのアドレスに接続できません。サーバー管理者がSERVER_URLを設定し、再起動する必要があります。',
  email: 'メールアドレス',
  password:
    'パスワードは、ここへのサインインに使うものです。シングルサインオンまたは2段階認証を使用している場合は、代わりにクライアントパスワードを使用してください：',
  clientPassword: 'プロファイルで作成',
  engine: 'Runtime Engineとその他のプログラム',
  engineText:
    'パスワードの代わりにAPIキーを使用します。あなたの代理として動作するキーを作成すると、以下に入力されます。',
  service:
    'パイプラインには、個人に依存しないサービスアカウントのキーを使用してください。Jenkins、GitHub Actions、GitLab、Azure DevOps向けのコピー可能な手順はdocs/ci.mdにあります。',
  serviceAccounts: 'サービスアカウントを開く',
  keyPlaceholder: 'APIキー',
  arguments: 'Runtime Engineの引数',
  command: 'ターミナルで試すためのコマンド：{{product}}のシートを数分間使用します',
};
