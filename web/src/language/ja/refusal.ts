import type { refusal as english } from '../en/refusal';
import type { TranslationWithoutPlurals } from '../translation';

/** Also what the server says in English: its refusals by their code, with what else their answers hold. */
export const refusal: TranslationWithoutPlurals<typeof english> & { code: Readonly<Record<string, string>> } = {
  rule: {
    isMissing: '入力してください。',
    isNotEmpty: '入力してください。',
    minLength_other: '{{count}}文字以上で入力してください。',
    maxLength_other: '{{count}}文字以内で入力してください。',
    min: '{{limit}}以上にしてください。',
    max: '{{limit}}以下にしてください。',
    isInt: '整数を入力してください。',
    isNumber: '数値を入力してください。',
    isEmail: 'メールアドレスではありません。',
    'secret-needed': 'このトークンURLとクライアントIDのクライアントシークレットを入力してください。',
    'token-url-needed': 'トークンURLを入力してください。',
    'client-id-needed': 'クライアントIDを入力してください。',
    'mailbox-needed': '送信元のメールボックスを入力してください。',
    'token-url': 'https://で始まるアドレスではありません。',
    'same-email': 'すでにあなたのアドレスです。',
    emailDirection: 'アドレスに、文字の方向を変える見えない文字が含まれています。アドレスを手で入力してください。',
    emailAlphabets:
      'アドレスに、見た目が同じ文字を持つ複数の文字体系が混在しています。1種類のキーボードで、手で入力してください。',
    'key-life':
      'このサーバーのAPIキーとクライアントパスワードの有効期間は最長{{limit}}日です。もっと早い有効期限を選択してください。',
    future: '未来の日時を選択してください。',
    'offline-max-days': '今日から{{limit}}日以内にしてください。ライセンスでそれより長い期間は許可されていません。',
    'service-account-address': '名前に@は使用できません。メールアドレスではありません。',
    'service-account-reserved': 'この名前は監査ログで別の意味に使用されています。別の名前を選択してください。',
    'license-end': 'ライセンスの終了より後の日時です。',
    'password-length': 'パスワードは8〜128文字にしてください。',
    'password-blank': '空白だけのパスワードは使用できません。',
    'password-email': 'メールアドレスはパスワードにできません。別のパスワードにしてください。',
    'password-common': 'よく使われているパスワード、またはそれに基づくパスワードです。別のパスワードにしてください。',
    'password-repetitive': 'パスワードに繰り返しがあります。別のパスワードにしてください。',
    'password-sequence': 'パスワードがアルファベット、数字、キーボードの並び順です。別のパスワードにしてください。',
    'password-season': 'パスワードが季節、月、曜日、日付、年に基づいています。別のパスワードにしてください。',
    'password-personal': 'パスワードがあなたの名前、組織名、製品名に基づいています。別のパスワードにしてください。',
    'password-weak':
      'パスワードが推測されやすいものです。関連のない4つの単語など、もっと長いパスワードにしてください。',
    'webhook-url': 'https://ci.example.com/hookのようなアドレスではありません。',
    'webhook-internal':
      'このアドレスは内部アドレスです。サーバー管理者が許可する必要があります（WEBHOOK_ALLOWED_NETWORKS）。',
    'webhook-url-needed': '別の形式のアドレスを入力してください。',
    'provider-secret-needed': 'このアドレスとユーザーのシークレットをもう一度入力してください。',
    'ldap-url': 'ldaps://dc1.example.comのようなアドレスを空白で区切って入力してください。',
    'ldap-placeholder': 'フィルターには{user}が、グループの場合は{dn}が必要です。',
    'ldap-filter': '(mail={user})のようなLDAPフィルターではありません。',
    attribute: 'mailのような属性の名前ではありません。',
    servers: 'サーバーは10台までです。',
    issuer: 'https://で始まるアドレスではありません。',
    'openid-scope': 'スコープにはopenidが必要です。',
    'group-target': 'この組織またはチームはありません。',
    'group-rule': 'グループに付与できるのは、サーバーの権限、または組織でのロールのどちらか一方です。',
    'saml-metadata': '署名用の証明書を含む、1つのSAML 2.0 IDプロバイダーのメタデータではありません。',
    csv: 'リストを読み取れません。1行目に列名を記載してください：emailと、必要に応じてrole、team、assign。',
    'web-address': 'https://で始まるアドレスではありません。',
    'password-needed': 'このサーバーとユーザー名のパスワードを入力してください。',
    'username-needed': 'パスワードにはユーザー名が必要です。',
    certificates: 'PEM形式の証明書が含まれていません。',
    matches_host: 'ホスト名でもアドレスでもありません。',
    matches_sender: 'メールアドレス、または名前と山かっこで囲んだメールアドレスではありません。',
    'too-many-fields': '項目が{{limit}}個を超えています。',
    'too-many-values': '値が{{limit}}個を超えています。',
    depth: '入れ子が深すぎます。',
    'reservation-quota': '組織のフローティングシートが{{limit}}シートしかない製品があります。',
    'reservation-twice': 'メンバーとチームごとに、予約できるのは製品ごとに1つです。',
    'engine-lease': '{{limit}}分以上、または0にしてください。',
    'cap-twice': 'メンバーとチームごとに、設定できる上限は製品ごとに1つです。',
    'cap-holder': '上限のメンバーまたはチームが存在しません。もう一度選択してください。',
    'reservation-holder': '予約のメンバーまたはチームが存在しません。もう一度選択してください。',
  },
  code: {
    'not-found': '見つかりません。すでに削除された可能性があります。',
    forbidden: 'あなたのロールでは許可されていません。管理者に問い合わせてください。',
    'organization-creation-closed':
      '組織を作成できるのはサーバー管理者だけです。サーバー管理者に作成を依頼するか、組織のオーナーまたは管理者に招待を依頼してください。',
    'address-unverified':
      'メールアドレスが確認されていないため、組織を作成できません。プロファイルから確認メールを依頼するか、サーバー管理者に問い合わせてください。',
    'account-unverified':
      'アドレス{{email}}は確認されていません。アカウントが別人のものである可能性があります。管理者にすることを確認すると、新しいパスワードの設定が必要になります。',
    'password-check-unavailable':
      '新しいパスワードの強度を確認できなかったため、設定しませんでした。10秒後にもう一度試してください。',
    'too-many-password-checks':
      'サーバーはこのアカウントの新しいパスワードをすでに{{most}}個確認中のため、このパスワードは設定しませんでした。10秒後にもう一度試してください。',
    'already-verified': 'メールアドレスはすでに確認済みです。',
    'unverified-owner':
      'このアドレスのアカウントは組織のオーナーです。先にそのアカウントでサインインするか、新しいパスワードを設定するためのリンクをサーバー管理者に依頼してください。',
    'cross-site-request':
      'この要求は別のアドレスのページから送信されました。{{serverUrl}}でコンソールを開いてください。',
    'stale-version':
      '別のユーザーが変更したため、あなたの変更は保存されていません。内容を確認してから、もう一度変更してください。',
    'not-signed-in': '先にサインインしてください。',
    'database-unavailable': 'サーバーは現在データベースに接続できません。2秒後にもう一度試してください。',
    'internal-error':
      'サーバーで問題が発生しました。原因はサーバーのログに記録されています。発生時刻を管理者に伝えてください。',
    unavailable: 'サーバーは停止中か、準備中です。2秒後にもう一度試してください。',
    'server-stopping': 'サーバーは停止中です。2秒後にもう一度試してください。',
    'too-large': 'サイズが大きすぎます。',
    'invalid-request': 'サーバーはこの内容を受け付けません：{{problems}}',
    'bad-request': 'サーバーはこの要求を解釈できません。ページを再読み込みしてください。',
    'invalid-json': '要求の内容が有効なJSONではありません。',
    'unsupported-media-type': 'サーバーはこの種類の内容に対応していません。',
    'invalid-url': '要求のアドレスが無効です。',
    'uri-too-long': '要求のアドレスが長すぎます。',
    'headers-too-large': '要求のヘッダーが大きすぎます。このサーバーのCookieを削除してください。',
    'method-not-allowed': 'このアドレスはこのメソッドに対応していません。APIの説明は/apiにあります。',
    'request-timeout': '要求の受信に時間がかかりすぎました。もう一度試してください。',
    'expectation-failed':
      'サーバーは100-continue以外のExpectに対応していません。Expectヘッダーなしで要求を送信してください。',
    'range-not-satisfiable': 'ファイルにこの範囲はありません。ファイル全体をダウンロードしてください。',
    'https-required': 'サーバーはHTTPSでだけ接続できます。https://で始まるアドレスを開いてください。',
    draining: 'このサーバーは停止処理中のため、新しい要求を受け付けません。2秒後にもう一度試してください。',
    'setup-required': 'このサーバーはまだセットアップされていません。コンソールを開いてセットアップしてください。',

    'wrong-credentials': 'メールアドレスまたはパスワードが正しくないか、アカウントが無効です。',
    'client-password-misplaced':
      'クライアントパスワードはKatalon Studioでだけ使用できます。ここではアカウントのパスワードでサインインしてください。',
    'address-missing': 'IDプロバイダーからメールアドレスが送信されませんでした。管理者に問い合わせてください。',
    'address-invalid': 'IDプロバイダーから送信されたメールアドレスは、このサーバーでは使用できません。',
    'address-not-verified':
      '{{email}}があなたのアドレスであることを、IDプロバイダーが確認していません。IDプロバイダーで確認してから、もう一度サインインしてください。',
    'domain-not-allowed':
      'このサーバーは、このIDプロバイダーからの{{email}}を受け入れません。プロバイダーへのドメインの追加を管理者に依頼してください。',
    'account-missing': '{{email}}のアカウントはありません。管理者に招待を依頼してください。',
    'identity-taken':
      'アカウント{{email}}は、IDプロバイダーの別の人にリンクされています。サーバー管理者に問い合わせてください。',
    'directory-unavailable':
      'ディレクトリが応答しないため、パスワードを確認できません。10秒後にもう一度試してください。',
    'directory-account-disabled':
      '{{provider}}のアカウントが無効になっています。{{provider}}の管理者に問い合わせてください。',
    'directory-account-expired':
      '{{provider}}のアカウントの期限が切れています。{{provider}}の管理者に問い合わせてください。',
    'directory-password-expired':
      '{{provider}}のパスワードの期限が切れています。コンピューターへのサインイン時などに変更してから、もう一度試してください。',
    'wrong-current-password': '現在のパスワードが正しくありません。',
    'scope-missing':
      'このAPIキーには{{scope}}スコープがありません。プロファイルで、このスコープを含むキーを作成してください。',
    'service-account-refused': 'サービスアカウントには許可されていません。組織の管理者に問い合わせてください。',
    'service-account-name-taken': '{{name}}という名前のサービスアカウントがすでにあります。別の名前にしてください。',
    'person-required':
      'APIキーには許可されていません。コンソールにサインインするか、パスワードでアクセストークンを取得してください。',
    'confirmation-required': '先にパスワードで本人確認をしてください。',
    'too-many-attempts': '失敗した試行が多すぎます。{{retryAfter}}秒後にもう一度試してください。',
    'too-many-attempts_account-and-address':
      'このアカウントへの、あなたのアドレスからのサインインの失敗が多すぎます。{{retryAfter}}秒後にもう一度試してください。',
    'too-many-attempts_account':
      'このアカウントへのサインインの失敗が多すぎます。{{retryAfter}}秒後にもう一度試してください。',
    'too-many-attempts_address':
      'あなたのアドレスからのサインインの失敗が多すぎます。{{retryAfter}}秒後にもう一度試してください。',
    'too-many-attempts_network':
      'あなたのネットワークからのサインインの失敗が多すぎます。{{retryAfter}}秒後にもう一度試してください。',
    'too-many-attempts_codes':
      'このアカウントで1日に入力された認証アプリのコードが多すぎます。リカバリーコードまたはパスキーを使用してください。',
    'too-many-attempts_setup-token':
      'あなたのアドレスから入力された誤ったセットアップトークンが多すぎます。{{retryAfter}}秒後にもう一度試してください。',
    'too-many-test-mails': 'メールサーバーのテストは1分間に6回までです。{{retryAfter}}秒後にもう一度試してください。',
    'too-many-notifications': '組織が1分間に送信した実行通知が多すぎます。{{retryAfter}}秒後にもう一度試してください。',
    'too-many-held':
      'サーバーがデータベースに接続できず、待機中のクライアントが多すぎます。60秒後にもう一度試してください。',
    'late-answers-taken': '遅延応答を待っている要求がほかにあります。60秒後にもう一度試してください。',
    'sign-in-unavailable': '待機中のサインインが多すぎます。60秒後にもう一度試してください。',
    'too-many-api-keys': '1つのアカウントのAPIキーは{{most}}個までです。不要になったものを取り消してください。',
    'too-many-scim-tokens': '1つのIDプロバイダーのSCIMトークンは{{most}}個までです。先に1つ取り消してください。',
    'too-many-service-accounts': '組織のサービスアカウントは{{most}}個までです。不要になったものを削除してください。',
    'too-many-client-passwords':
      '1つのアカウントのクライアントパスワードは{{most}}個までです。不要になったものを取り消してください。',
    'unsupported-encoding': 'サーバーは圧縮された要求を受け付けません。データを圧縮せずに送信してください。',
  },
};
