/** Refusals by their code that the sign-in page never shows: they come with the words of the other pages. */
export const laterRefusal: { code: Readonly<Record<string, string>> } = {
  code: {
    'no-backup-folder':
      'バックアップ用のフォルダーが設定されていません。このサーバーの構成でBACKUP_DIRを設定し、再起動してください。',
    'backup-under-way': 'このサーバーはバックアップを作成中です。完了するまで待ってください。',
    'member-managed':
      'このロールは{{provider}}のグループに基づいています。{{provider}}でユーザーのグループを変更してください。',
    'second-factor-required': 'このアカウントには2段階認証が必要です。先に認証アプリまたはパスキーを設定してください。',
    'kept-by-provider': 'パスワードとアドレスは{{providers}}で管理されています。変更は{{providers}}で行ってください。',
    'last-second-factor': 'このアカウントには2段階認証が必要です。これを削除する前に、別の認証手段を設定してください。',
    'passkey-refused': 'パスキーが受け入れられませんでした。もう一度試すか、別の方法を選択してください。',
    'passkey-taken': 'このパスキーはすでに設定されています。',
    'passkeys-unavailable':
      'パスキーを使用するには、サーバーのアドレス（SERVER_URL）がhttps://で始まり、ホスト名を含む必要があります。',
    'wrong-code': 'コードが正しくありません。アプリに現在表示されているコードを入力してください。',
    'code-used': 'このコードはすでに使用されています。アプリに次のコードが表示されるまで待ってください。',
    'clock-off':
      'コードは正しいものの、時刻が合っていません。電話の時計を自動に設定してから、次のコードを入力してください。',
    'sign-in-expired': 'サインインの期限が切れました。パスワードをもう一度入力してください。',
    'no-factor-begun': '最初のコードを待っている認証アプリはありません。最初からやり直してください。',
    'too-many-second-factors':
      '1つのアカウントの認証アプリとパスキーは合わせて{{most}}個までです。不要になったものを削除してください。',
    'too-many-organizations':
      '1つのアカウントがオーナーになれる組織は{{most}}個までです。1つを削除するか、別のメンバーに移転してください。',
    'too-many-teams': '組織のチームは{{most}}個までです。先に1つ削除してください。',
    'too-many-members':
      '組織のメンバー数が上限の{{most}}人に達しています。メンバーの削除を組織の管理者に依頼してください。',
    'too-many-views': '保存できるビューは{{most}}個までです。先に1つ削除してください。',
    'too-many-webhooks': 'Webhookは{{most}}個までです。先に1つ削除してください。',
    'too-many-webhook-tests': 'Webhookのテストは1分間に6回までです。{{retryAfter}}秒後にもう一度試してください。',
    'webhook-disabled': 'Webhookが無効のため、何も送信されません。先に有効にしてください。',
    'plugin-quota-reached': '組織専用のプラグインは合計{{most}} MBまでです。先にいくつか削除してください。',
    'too-many-event-streams':
      '1つのアカウントが開けるイベントストリームは{{most}}個までです。先にほかのタブまたはプログラムを閉じてください。',
    'too-many-waiting':
      'この組織のシートを待っているあなたの要求が、上限の{{most}}件に達しています。処理された後にもう一度試してください。',
    'too-many-waiting-here':
      'この組織のシートを待っている要求が、上限の{{most}}件に達しています。後でもう一度試してください。',
    'seats-exhausted':
      '$t(app.productName.{{product}})のシートはすべて使用中です。使用者はライセンスのページで確認できます。そこでセッションを終了するか、後でもう一度試してください。',
    'not-licensed': '組織に$t(app.productName.{{product}})のシートがありません。管理者に問い合わせてください。',
    'others-waiting':
      '次の$t(app.productName.{{product}})のシートを待っている要求がほかにあります。後でもう一度試してください。',
    'seat-used-elsewhere':
      'あなたの$t(app.productName.{{product}})のシートは別のマシンで使用中です。そのマシンでプログラムを終了するか、コンソールでセッションを終了してください。',
    'not-a-member': 'この組織のメンバーではなくなりました。管理者に招待を依頼してください。',
    'no-organization': 'どの組織にも所属していません。組織のオーナーまたは管理者に招待を依頼してください。',
    'lease-ended': 'このセッションはすでに終了しています。新しいシートを取得してください。',
    'invalid-lease-token': 'このセッションのトークンが無効か、期限が切れています。',
    'foreign-lease-token': 'トークンは別のセッションのものです。',
    'user-limit-reached':
      'このサーバーで1つのアカウントが同時に使用できるシート数に達しています。先に自分のセッションを終了するか、上限の引き上げをサーバー管理者に依頼してください。',
    'cap-reached':
      'あなた、またはあなたのチームのシート数が、組織のポリシーの上限に達しています。別のセッションを終了するか、管理者に問い合わせてください。',
    'session-replaced':
      'このマシンで同じアカウントのStudioがもう1つ起動され、新しい方がシートを使用しています。どちらかを終了してください。',
    'license-ending':
      'ライセンスの終了まで1分未満です。新しいライセンスのインストールを管理者に依頼するか、次のライセンスが始まる場合は1分後にもう一度試してください。',
    'features-not-accepted':
      'クライアントに必要な機能がライセンスにありません。Studioではキーに「gui」を含む機能、Runtime Engineではキーが「cli」の機能が必要です。ベンダーによる修正されたライセンスを管理者に依頼してください。',
    'too-many-invitations-today':
      '組織が1日に作成できる招待は{{most}}件までです。午前0時（UTC）以降にもう一度試すか、上限の引き上げをサーバー管理者に依頼してください。',
    'too-many-resends-today':
      '組織が1日に再送信できる招待は{{most}}件までです。午前0時（UTC）以降にもう一度試すか、上限の引き上げをサーバー管理者に依頼してください。',
    'too-many-mails-today':
      '組織が1日に送信できるメールは{{most}}通までです。午前0時（UTC）以降にもう一度試すか、上限の引き上げをサーバー管理者に依頼してください。',
    'address-not-provable':
      'このサーバーはメールを送信できないため、リンクでアドレスを確認できません。あなた自身が保証してください。',
    'too-many-address-changes':
      'アドレスの変更を依頼できるのは1時間に5回までです。{{retryAfter}}秒後にもう一度試してください。',
    'email-taken': '{{email}}のアカウントはすでにあります。',
    'last-administrator': '最後のサーバー管理者です。先に別のユーザーをサーバー管理者にしてください。',
    'not-yourself': 'これは自分のアカウントです。個別に変更するか、ほかの管理者に依頼してください。',
    'denied-by-pattern': 'このマシンは、パターンまたは許可リストによって拒否されています。ポリシーで変更してください。',
    'own-account': '自分のアカウントは消去できません。ほかのサーバー管理者に依頼してください。',
    'owns-organizations':
      'アカウントは{{organizations}}のオーナーです。先にオーナー権限を移転するか、組織を削除してください。',
    'audit-log-busy':
      '監査ログが使用中のため、個人データの消去が完了していません。アカウントは無効になっています。{{retryAfter}}秒後にもう一度試してください。',
    'account-disabled': 'このアカウントは無効です。有効にするようサーバー管理者に依頼してください。',

    'link-used': 'このリンクはすでにパスワードの設定に使用されています。',
    'link-used_invitation':
      'このリンクはすでにパスワードの設定に使用されています。招待は承諾済みです。メールアドレスとパスワードでサインインしてください。',
    'link-expired': 'このリンクの期限が切れています。新しいリンクを依頼してください。',
    'link-unknown': 'このリンクは無効か、新しいリンクに置き換えられています。新しいリンクを依頼してください。',
    'other-account': '招待を承諾できません。',
    'invitation-revoked': 'この招待は取り消されました。招待した人に問い合わせてください。',
    'invitation-closed':
      'この招待はすでに承諾されているか、取り消されています。必要な場合は、アドレスをもう一度招待してください。',
    'account-exists':
      'このアドレスのアカウントはすでにあります。新しいパスワードを設定せずに招待を承諾し、そのアカウントでサインインしてください。',
    'invalid-email': 'メールアドレスではありません。',
    'already-a-member': 'すでにメンバーです。',
    'nobody-invited': 'メールアドレスを1つ以上入力してください。',
    'already-invited': 'すでに招待されています。必要な場合は、その招待を再送信してください。',
    'listed-twice': 'リストの上の行にすでにあります。',
    'unknown-value': 'ロールはADMIN、BILLING_MANAGER、USER、シートはKSE、KREのいずれかです。',
    'unknown-team': 'このチームはありません。先に作成してください。',

    'owner-by-transfer': 'オーナー権限はインポートではなく移転で渡します。別のロールを指定してください。',
    'one-team-invited':
      '招待で参加できるチームは1つで、ロールはUSERです。承諾された後に、ファイルをもう一度インポートしてください。',
    'owner-stays': '組織のオーナーです。先にオーナー権限を別のメンバーに移転してください。',
    'saml-key-exists': '2つ目の鍵がすでにあります。それを使用するか、どちらかを削除してから作成してください。',
    'saml-key-in-use': 'この鍵は使用中です。別の鍵を使用してから削除してください。',
    'provider-name-taken': '{{name}}という名前のIDプロバイダーがすでに接続されています。',
    'team-name-taken': '{{name}}という名前のチームがすでにあります。',

    'seats-in-use': 'この組織には使用中のシートがあります。先にセッションを終了してください。',
    'no-seat-to-assign':
      '$t(app.productName.{{product}})の{{quota}}シートに空きがありません。先に1つ割り当てを解除してください。',
    'licensed-already':
      'このメンバーにはすでに$t(app.productName.{{product}})のシートがあります。代わりにもう一方の割り当てを解除してください。',
    'allocation-exceeded':
      'ライセンスの$t(app.productName.{{product}})（$t(app.model.{{model}})）は{{granted}}シートで、そのうち{{others}}シートがほかの組織に配分されています。',
    'machine-registered': 'もう一方のマシンにはすでに同じ種類のシートがあります。代わりにどちらかを削除してください。',
    'wildcard-machine-id': 'ライセンスは1台のマシンに対するものです。このマシンIDは複数のマシンを表します。',
    'machine-id-not-accepted':
      'マシンIDではありません。クライアントに表示されるとおりの、16〜128桁の16進数とハイフンで入力してください。',
    'shared-machine-id':
      'これは、固有のIDを読み取れないすべてのマシンに共通のIDです。使用できるのはフローティングシートだけです。先にマシンに固有のIDを設定してください。',
    'unaddressable-machine-id': 'マシンIDに「.」または「..」は使用できません。',
    'policy-beyond-license_leaseMinutes': 'ライセンスで許可されているリース時間は{{bound}}分までです。',
    'policy-beyond-license_engineLeaseMinutes': 'ライセンスで許可されているリース時間は{{bound}}分までです。',
    'policy-beyond-license_borrowMaxDays': 'ライセンスで許可されている貸出は{{bound}}日までです。',
    'lease-token-ended':
      'このリーストークンのシートは返却されたか期限切れ、または別の組織か製品のものです。Runtime Engineを「license-server seat run」で起動するか、APIキーでサインインしてください。',
    'lease-token-unfit':
      'このリーストークンのシートはマシンに固定されているか、Runtime Engineでは使用できない種類のため、引き継げません。APIキーでサインインしてください。',
    'lease-token-used':
      'このリーストークンのシートは、別のマシンのRuntime Engineが使用しています。専用のシートのトークンで起動してください。',
    'borrow-seats-kept':
      'ポリシーで貸し出せる$t(app.productName.{{product}})のシートはすべて貸出中です。借りずにシートを使うか、返却されるまでお待ちください。',
    'borrow-too-long':
      'この組織は$t(app.productName.{{product}})のシートをそれほど長く貸し出しません。より早い日付を選んでください。',
    'borrow-beyond-license': 'その前にライセンスが終了します。より早い日付を選んでください。',
    'borrow-not-allowed':
      '$t(app.productName.{{product}})のシートは貸し出されません。ライセンスまたは組織のポリシーで許可されていません。',
    'policy-beyond-license_overQuotaPercent': 'ライセンスで許可されているクォータの超過は{{bound}} %までです。',
    'no-offline-seat_share-used':
      'オフラインライセンスに使用できる$t(app.productName.{{product}})のシートがありません。ライセンスで許可されている数に達しています。',
    'policy-list-full':
      '拒否するマシンの一覧が上限の{{most}}件に達しています。先にいくつかをパターンに置き換えてください。',
    'no-offline-seat_none-free':
      'オフラインライセンスに使用できる$t(app.productName.{{product}})の空きシートがありません。先にシートを1つ解放してください。',
    'no-offline-seat_reserved':
      '$t(app.productName.{{product}})の空きシートは、メンバーまたはチームのために予約されています。先にポリシーで予約を変更してください。',
    'machine-denied': '組織のポリシーにより、このマシンは拒否されています。',
    'address-not-for-studio':
      'Katalon Studioのダイアログは、このメールアドレスを受け入れません。アドレスの所有者は、コンソールでAPIキーを作成し、別の有効なメールアドレスと、パスワードとしてそのキーを使用してStudioをアクティベーションできます。または、別のアドレスを招待してください。',
    'file-not-for-studio_runtime-engine':
      'このライセンスはRuntime Engine用です。Runtime Engineはベンダーが署名したファイルだけを受け入れます。このマシンIDのファイルをベンダーに依頼してください。',
    'file-not-for-studio_features':
      'このライセンスには、キーに「gui」を含む機能がありません。Katalon Studioは受け入れません。修正されたライセンスをベンダーに依頼してください。',
    'no-offline-seat_not-allowed':
      'ライセンスでは$t(app.productName.{{product}})のオフライン使用が許可されていません。',

    'wrong-setup-token':
      'セットアップトークンが正しくありません。起動時にサーバーのログに出力され、データフォルダーのsetup-tokenファイルにも保存されています。',
    'already-set-up': 'このサーバーはすでにセットアップされています。変更するにはサインインしてください。',
    'license-required': '先にライセンスファイルをアップロードするか、評価を開始してください。',
    'evaluation-used':
      'このインストールでは、評価ライセンスがすでに使用されています。ベンダーにライセンスファイルを依頼してください。',
    'evaluation-not-offered': 'このリリースには評価版がありません。ベンダーにライセンスファイルを依頼してください。',
    'newer-license-installed': 'ライセンス{{license}}の新しい版がすでにインストールされています。',
    'license-empty': 'ライセンスファイルが空です。',
    'license-too-large': 'ライセンスファイルではありません。64 KiBを超えています。',
    'license-unreadable': 'ライセンスファイルではありません。ベンダーの.licファイルを選択してください。',
    'disk-full':
      'サーバーまたはデータベースのディスクがいっぱいのため、何も保存されませんでした。空き領域の確保を管理者に依頼してください。',
    'license-damaged_character':
      'ライセンスファイルの{{line}}行目に、ライセンスファイルでは使用されない文字{{character}}があります。途中でプログラムにより変更されています。添付ファイルとして送るよう依頼してください。',
    'license-damaged_no-end': 'ライセンスファイルの末尾がありません。全体をコピーしてください。',
    'license-damaged_no-beginning': 'ライセンスファイルの先頭がありません。全体をコピーしてください。',
    'license-damaged_several':
      'このテキストには複数のライセンスファイルが含まれています。1つずつインストールしてください。',
    'statement-of-time-used':
      'このサーバーには、この時刻証明より後に発行されたファイルがすでにインストールされています。新しい時刻証明をベンダーに依頼してください。',
    'license-unknown-key':
      'このサーバーには、ライセンスファイルの署名に使われた鍵がありません。このサーバー用のライセンスファイルをベンダーに依頼してください。鍵が組み込まれていない場合にだけ、ベンダーの鍵をVENDOR_KEY_FILESに追加し、サーバーを再起動してください。',
    'license-expired':
      'ライセンスの期限が切れています。新しいライセンスをベンダーに依頼してください。サーバーの時計が誤っている場合は、時計を合わせてください。',
    'license-issued-later':
      'このライセンスの発行日時は{{issuedAt}}ですが、このサーバーの時計は{{now}}を示しています。時計を合わせてから、ライセンスをインストールしてください。',
    'license-expired_clock-ahead':
      'ライセンスの期限が切れています。このサーバーの時計は一度{{recordedTime}}を示し、ライセンスの計算にはその時刻が使用されます。現在の時刻は{{now}}です。その時刻が誤っていた場合は、ベンダーが新たに発行するライセンスファイルをインストールするか、ベンダーに時刻証明を依頼してください。',
    'license-content': 'ライセンスファイルの内容が正しくありません。修正されたファイルをベンダーに依頼してください。',
    'license-algorithm':
      'ライセンスファイルの署名方式に、このサーバーは対応していません。このサーバー用のライセンスファイルをベンダーに依頼してください。',
    'license-other-server': 'このライセンスは別のサーバー用です。このサーバーのサーバーIDをベンダーに伝えてください。',
    'license-altered':
      'ライセンスファイルの署名が内容と一致しません。ファイルが変更されたか、破損しています。もう一度ベンダーに依頼してください。',

    'logo-invalid_type': 'ロゴはPNG、JPEG、WebPのいずれかの画像にしてください。',
    'logo-invalid_damaged': 'この画像は破損しているか、余分なデータが付いています。もう一度書き出してください。',
    'logo-invalid_dimensions': 'ロゴの幅と高さは16～1,024ピクセルにしてください。',
    'logo-too-large': 'ロゴは128 KiBまでです。',

    'no-mail-server': 'メールサーバーがありません。設定を管理者に依頼してください。',

    'plugin-too-large': 'プラグインのパッケージは{{largestMegabytes}} MBまでです（設定PLUGIN_MAX_MB）。',
    'plugin-metadata-missing': 'パッケージに名前またはバージョンがありません。アップロード時に両方を入力してください。',
    'plugin-version-exists':
      'ライブラリーにはすでに{{name}} {{version}}があります。先に削除するか、別のバージョンにしてください。',
    'plugin-package-invalid_not-a-zip': '.jarファイルでも.zipファイルでもありません。',
    'plugin-package-invalid_no-jar': 'jarでも、jarを含むzipでもありません。',
    'plugin-package-invalid_empty': 'このパッケージは空です。',
    'plugin-package-invalid_encrypted': 'このパッケージは暗号化されています。パスワードなしで作成してください。',
    'plugin-package-invalid_truncated':
      'このパッケージは途中で切れています。ファイル全体をもう一度アップロードしてください。',
    'plugin-package-invalid_damaged':
      'このパッケージは破損しています。もう一度作成するか、ダウンロードし直してください。',
    'plugin-package-invalid_unsafe-name':
      'このパッケージには、フォルダーの外を指す名前、または許可されていない名前のファイルが含まれています。',
    'plugin-package-invalid_link': 'このパッケージにはシンボリックリンクが含まれています。',
    'plugin-package-invalid_bomb': 'このパッケージは展開すると大きくなりすぎます。',
    'plugin-content-missing':
      'サーバーにこのプラグインのファイルがありません。パッケージをもう一度アップロードしてください。',
    'private-plugins-not-licensed':
      '組織のライセンスには、組織専用のプラグインが含まれていません。それを含むライセンスをベンダーに依頼するか、プラグインの公開をサーバー管理者に依頼してください。',
    'plugin-storage-full':
      'サーバーのプラグイン用の領域に空きがないため、何も保存されませんでした。空き領域の確保をサーバー管理者に依頼するか、不要なプラグインを削除してください。',
  },
};
