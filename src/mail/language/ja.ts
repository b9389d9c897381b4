import { type FactorChange, type PoolCapacity, type SharedSettings } from '../facts.js';
import { type MailTexts } from './en.js';

const aboutAccount = 'このメールは、ライセンスサーバーのあなたのアカウントに関するものです。';
const aboutMembership = (organization: string): string =>
  `このメールは、ライセンスサーバーの${organization}でのあなたのメンバーシップに関するものです。`;
const aboutSeat = (organization: string): string =>
  `このメールは、ライセンスサーバーで${organization}のシートを使用している方にお送りしています。プロファイルで配信を停止できます。`;
const aboutAdministration = (organization: string): string =>
  `このメールは、${organization}を管理している方にお送りしています。プロファイルで配信を停止できます。`;
const aboutServer =
  'このメールは、ライセンスサーバーを管理している方にお送りしています。プロファイルで配信を停止できます。';
const open = 'ライセンスサーバーを開く';
const noAction = '心当たりがない場合は、このメールを無視してください。';
const changePassword = '心当たりがない場合は、すぐにパスワードを変更し、管理者に連絡してください。';

const day = (date: Date): string => {
  const [year, month, dayOfMonth] = date.toISOString().slice(0, 10).split('-').map(Number);
  return `${year}年${month}月${dayOfMonth}日`;
};
const moment = (date: Date): string => `${day(date)} ${date.toISOString().slice(11, 16)}（UTC）`;

/** As in the console. */
const roles: Record<string, string> = {
  OWNER: 'オーナー',
  ADMIN: '管理者',
  BILLING_MANAGER: '請求管理者',
  USER: 'ユーザー',
};
const roleName = (role: string): string => roles[role] ?? role;

/** What CI counts; the status of a run stays as CI wrote it. */
const totalNames: Record<string, string> = {
  total: '合計',
  passed: '成功',
  failed: '失敗',
  errors: 'エラー',
  skipped: 'スキップ',
};

const monthName = (month: Date): string => `${month.getUTCFullYear()}年${month.getUTCMonth() + 1}月`;

/** As in the console. */
const modelNames = {
  'per-user': '名前付きユーザー',
  'node-locked': 'ノードロック',
  floating: 'フローティング',
} as const;

const capacityAnswer = ({ subscribed, suggestedSeats, fullOn }: PoolCapacity): string => {
  const missing = suggestedSeats - subscribed;
  const enough = fullOn ? '現時点では足りています。' : 'シート数は足りています。';
  const answer = missing > 0 ? `あと${missing}シートあれば、全員が使用できます。` : enough;
  return fullOn ? `${answer}このまま推移すると、${day(fullOn)}にすべてのシートが使用中になります。` : answer;
};

const megabytes = (bytes: number): number => Math.round(bytes / 1_000_000);

const sharedSettings: Record<SharedSettings, string> = {
  'license-policy': 'ポリシー',
  organization: '名前',
  allocation: 'シートの配分',
  'mail-server': 'メールサーバー',
  'server-settings': 'ライセンスサーバーの設定',
};

const factorChanges: Record<FactorChange['change'], { subject: string; text: (name: string) => string }> = {
  'totp-added': {
    subject: 'アカウントに認証アプリが追加されました',
    text: (name) => `認証アプリ「${name}」のコードで、あなたのアカウントにサインインできるようになりました。`,
  },
  'totp-removed': {
    subject: 'アカウントから認証アプリが削除されました',
    text: (name) => `認証アプリ「${name}」は、あなたのアカウントで使用できなくなりました。`,
  },
  'passkey-added': {
    subject: 'アカウントにパスキーが追加されました',
    text: (name) => `パスキー「${name}」で、あなたのアカウントにサインインできるようになりました。`,
  },
  'passkey-removed': {
    subject: 'アカウントからパスキーが削除されました',
    text: (name) => `パスキー「${name}」は、あなたのアカウントで使用できなくなりました。`,
  },
  'codes-renewed': {
    subject: 'アカウントのリカバリーコードが新しくなりました',
    text: () => '以前のリカバリーコードは使用できなくなりました。',
  },
  reset: {
    subject: 'アカウントの2段階認証がリセットされました',
    text: () =>
      '管理者が、認証アプリ、パスキー、リカバリーコードを削除しました。今後はパスワードだけでサインインします。新しい認証手段はプロファイルで設定できます。',
  },
};

const certificateTexts = {
  https: {
    subject: (host: string) => `${host}のライセンスサーバーのHTTPS証明書`,
    consequence: '期限が切れると、ブラウザーやクライアントは接続を拒否します。',
    advice: 'TLS_CERT_FILEとTLS_KEY_FILEのファイルを差し替えてください。サーバーを再起動する必要はありません。',
  },
  'saml-server': {
    subject: (provider: string) => `${provider}に対するライセンスサーバーの証明書`,
    consequence: '期限が切れると、SAMLプロバイダーがサインインを拒否することがあります。',
    advice:
      'プロバイダーのページで次の鍵を作成し、その証明書をプロバイダーに登録してから、その鍵に切り替えてください。',
  },
  'saml-provider': {
    subject: (provider: string) => `${provider}の署名用証明書`,
    consequence:
      'SAMLプロバイダーが別の証明書に切り替えると、ライセンスサーバーがそれを読み込むまでサインインできなくなります。',
    advice:
      'メタデータを貼り付けてある場合は、プロバイダーのページで新しいメタデータを貼り付けてください。アドレスから取得するメタデータは自動的に読み直されます。',
  },
};

/** The Japanese words of all mails. */
export const ja: MailTexts = {
  product: 'ライセンスサーバー',
  openAddress: 'または、次のアドレスを開いてください：',

  invitation: ({ to, organization, inviter, inviterEmail, hours }) => ({
    subject: `${organization}への招待`,
    title: `${inviter}さんから${organization}に招待されました`,
    offer: `ライセンスサーバーのアカウントで、${organization}のシートを使用できます。招待を承諾し、${to}としてサインインしてください。`,
    validity: `リンクは1回だけ、${hours}時間以内に使用できます。`,
    action: '招待を承諾',
    reason: `このメールは、${inviterEmail}がこのアドレスを招待したためお送りしています。${noAction}`,
  }),

  'password-reset': () => ({
    subject: '新しいパスワードの設定',
    title: '新しいパスワードの設定',
    request: 'このアカウントの新しいパスワードの設定が依頼されました。',
    validity: 'リンクは1回だけ、1時間以内に使用できます。使用するまでパスワードは変わりません。',
    action: '新しいパスワードを設定',
    reason: aboutAccount,
  }),

  'password-elsewhere': ({ providers }) => ({
    subject: 'パスワードはライセンスサーバーで管理されていません',
    title: 'パスワードはライセンスサーバーで管理されていません',
    request: `このアカウントの新しいパスワードの設定が依頼されました。このアカウントは${providers.join('、')}でサインインするため、ここで変更するパスワードはありません。`,
    advice: `パスワードの変更またはリセットは${providers.join('、')}で行うか、その管理者に問い合わせてください。その後、これまでと同じようにライセンスサーバーにサインインしてください。`,
    action: open,
    reason: aboutAccount,
  }),

  verification: () => ({
    subject: 'メールアドレスの確認',
    title: 'メールアドレスの確認',
    request:
      'このアドレスがライセンスサーバーのアカウントに登録されています。リンクを開いて新しいパスワードを設定し、あなたのアドレスであることを確認してください。',
    validity: `リンクは1回だけ、1時間以内に使用できます。アカウントの以前のパスワード、セッション、APIキーは使用できなくなります。${noAction}`,
    action: '確認してパスワードを設定',
    reason: aboutAccount,
  }),

  'password-changed': () => ({
    subject: 'パスワードが変更されました',
    title: 'パスワードが変更されました',
    change: 'アカウントに新しいパスワードが設定され、ほかのセッションはすべて終了しました。',
    warning: '心当たりがない場合は、すぐに別のパスワードを設定し、管理者に連絡してください。',
    action: open,
    reason: aboutAccount,
  }),

  'email-change': () => ({
    subject: '新しいメールアドレスの確認',
    title: '新しいメールアドレスの確認',
    request:
      'ライセンスサーバーのアカウントでのこのアドレスの使用が依頼されました。リンクを開いて、あなたのアドレスであることを確認してください。',
    validity: `リンクは1回だけ、1時間以内に使用できます。${noAction}その場合、何も変わりません。`,
    action: 'このアドレスを使用',
    reason: aboutAccount,
  }),

  'email-changed': ({ former, email }) => ({
    subject: 'アカウントのメールアドレスが変更されました',
    title: 'アカウントのメールアドレスが変更されました',
    change: `${former}から${email}に変更されました。新しいアドレスでサインインしてください。パスワードは変わりません。`,
    warning: '心当たりがない場合は、すぐに管理者に連絡してください。',
    action: open,
    reason: aboutAccount,
  }),

  'account-locked': ({ address, at }) => ({
    subject: 'アカウントへのサインインの失敗',
    title: 'アカウントへのサインインの失敗',
    attempts: `あなたのアカウントへのサインインの失敗が多すぎます。そのうち1回は、${moment(at)}に${address}からありました。以後の試行は制限されます。`,
    access:
      '以前サインインしたことがある場所では、引き続きサインインできます。それ以外の場所では、試行が止まってから1分以内にサインインできるようになります。',
    warning:
      '心当たりがない場合は、管理者に連絡してください。パスワードは知られていないため、変更する必要はありません。',
    action: open,
    reason: aboutAccount,
  }),

  'codes-guessed': ({ address, at }) => ({
    subject: 'パスワードが第三者に知られています',
    title: 'パスワードが第三者に知られています',
    attempts: `あなたのアカウントの正しいパスワードが入力された後、誤ったコードが何度も入力されました。そのうち1回は、${moment(at)}に${address}からありました。サインインは成功していません。以後の試行は制限されます。`,
    warning: changePassword,
    action: open,
    reason: aboutAccount,
  }),

  'second-factor': ({ change, name, address, at }) => ({
    subject: factorChanges[change].subject,
    title: factorChanges[change].subject,
    change: `${factorChanges[change].text(name ?? '')}日時：${moment(at)}、場所：${address ?? 'サーバー本体'}。`,
    warning: changePassword,
    action: open,
    reason: aboutAccount,
  }),

  'recovery-code-used': ({ left, address, at }) => ({
    subject: 'アカウントのリカバリーコードが使用されました',
    title: 'アカウントのリカバリーコードが使用されました',
    change: `${moment(at)}に${address}から使用されました。リカバリーコードの残りは${left}個です。新しいコードはプロファイルで作成できます。`,
    warning: changePassword,
    action: open,
    reason: aboutAccount,
  }),

  'new-device': ({ address, browser, system, at }) => ({
    subject: 'アカウントへの新しいサインイン',
    title: 'アカウントへの新しいサインイン',
    device: `${moment(at)}に、${address}から${browser ?? '不明なブラウザー'}${system ? `（${system}）` : ''}であなたのアカウントがコンソールにサインインしました。このブラウザーとネットワークからのサインインは初めてです。`,
    expected: 'ご本人によるサインインの場合、操作は不要です。',
    warning:
      '心当たりがない場合は、すぐにパスワードを変更し、プロファイルですべての場所からサインアウトして、管理者に連絡してください。',
    action: open,
    reason: aboutAccount,
  }),

  'role-changed': ({ organization, role }) => ({
    subject: `${organization}でのロールが${roleName(role)}に変更されました`,
    title: `${organization}でのロールが${roleName(role)}に変更されました`,
    effect: 'サインイン中の場所も含め、変更はすぐに適用されます。',
    reason: aboutMembership(organization),
  }),

  'member-added': ({ organization, role, serverUrl }) => ({
    subject: `${organization}へようこそ`,
    title: `${organization}のメンバーになりました`,
    start: `あなたのロールは${roleName(role)}です。Katalon Studioでは、サーバーURLに ${serverUrl} を入力してアクティベーションしてください。`,
    reason: aboutMembership(organization),
  }),

  'member-removed': ({ organization }) => ({
    subject: `${organization}から削除されました`,
    title: `${organization}のメンバーではなくなりました`,
    effect: '組織でのセッションは終了し、シートは返却されました。アカウントは残ります。',
    reason: aboutMembership(organization),
  }),

  'ownership-transferred': ({ organization, owner }) => ({
    subject: `${owner}さんが${organization}のオーナーになりました`,
    title: `${owner}さんが${organization}のオーナーになりました`,
    effect: '組織のオーナー権限が移転されました。以前のオーナーは管理者になりました。',
    reason: aboutMembership(organization),
  }),

  'team-added': ({ team, organization, role }) => ({
    subject: `チーム${team}に追加されました`,
    title: `チーム${team}に追加されました`,
    effect: `${organization}のチームです。チームでのロールは${roleName(role)}です。`,
    reason: aboutMembership(organization),
  }),

  'team-removed': ({ team, organization }) => ({
    subject: `チーム${team}から削除されました`,
    title: `チーム${team}から削除されました`,
    effect: `${organization}のチームです。`,
    reason: aboutMembership(organization),
  }),

  'team-role-changed': ({ team, organization, role }) => ({
    subject: `チーム${team}でのロールが${roleName(role)}に変更されました`,
    title: `チーム${team}でのロールが${roleName(role)}に変更されました`,
    effect: `${organization}のチームです。`,
    reason: aboutMembership(organization),
  }),

  'seat-assigned': ({ organization, product }) => ({
    subject: `${organization}の${product}シートが割り当てられました`,
    title: `あなた専用の${product}シートが割り当てられました`,
    effect: `${product}をアクティベートしたときに、${organization}がシートを割り当てました。同時に使用できるのは1台のマシンのみです。`,
    reason: aboutSeat(organization),
  }),

  'seat-unassigned': ({ organization, product, days, autoAssign }) => ({
    subject: `${organization}の${product}シートの割り当てが解除されました`,
    title: `あなた専用の${product}シートはなくなりました`,
    cause: `${days}日間使用されなかったため、${organization}がほかの方のためにシートを回収しました。`,
    advice: autoAssign
      ? `再び必要になったら、${product}を起動してください。空きがあればシートが割り当てられます。`
      : `再び必要になったら、${organization}の管理者に依頼してください。`,
    reason: aboutSeat(organization),
  }),

  test: ({ tester }) => ({
    subject: 'ライセンスサーバーのテストメール',
    title: 'メールサーバーは正常に動作しています',
    result: 'これはテストメールです。ライセンスサーバーからのメールはこのアドレスに届きます。',
    reason: `このメールは、${tester}がこのアドレスでメールサーバーをテストしたためお送りしています。`,
  }),

  'seats-exhausted': ({ organization, product, refused, holders }) => ({
    subject: `${organization}の${product}シートはすべて使用中です`,
    title: `${organization}の${product}シートはすべて使用中です`,
    refusals: `過去数分間に${refused}件のセッションが拒否されました。不要なセッションを終了してください。`,
    longest:
      holders.length > 0
        ? `使用時間が長い順：${holders.map(({ email, host, since }) => `${email}（${host}、${moment(since)}から）`).join('、')}。`
        : '',
    frequency: 'このメールの送信は1時間に1回までです。',
    action: 'シートの使用者を表示',
    reason: aboutAdministration(organization),
  }),

  'over-quota': ({ organization, product, inUse, quota }) => ({
    subject: `${organization}の${product}シートがクォータを超えています`,
    title: `${organization}の${product}シートは${quota}シートですが、${inUse}シートが使用中です`,
    advice:
      '組織のポリシーで許可されており、クライアントには警告が表示されます。この状態が続く場合は、シートを追加するか、超過の許可を減らしてください。',
    frequency: 'このメールの送信は1日に1回までです。',
    reason: aboutAdministration(organization),
  }),

  'monthly-capacity': ({ organization, month, pools, profileUrl }) => ({
    subject: `${organization}の${monthName(month)}のキャパシティ`,
    title: `${organization}の${monthName(month)}のキャパシティ`,
    pools: pools.map((pool) => ({
      name: `${pool.product} · ${modelNames[pool.model]}`,
      isShort: pool.suggestedSeats > pool.subscribed,
      answer: capacityAnswer(pool),
      figures: [
        ['契約数', pool.subscribed],
        ['このメールの作成時の使用数', pool.inUse],
        ['同時使用数の最大', pool.peak],
        ['100時間中99時間で足りる数', pool.p99],
        ['100時間中95時間で足りる数', pool.p95],
        ['拒否', pool.denials],
        ['拒否されたユーザー', pool.deniedUsers],
        ['推奨数', pool.suggestedSeats],
      ],
    })),
    file: '同じ数値を添付のCSVファイルに記載しています。月と時間はUTCです。',
    turnOff: 'このメールはプロファイルで停止できます：',
    profileUrl,
    action: 'キャパシティのページを開く',
    reason: `このメールは、${organization}の月次キャパシティの配信を希望された方にお送りしています。`,
  }),

  'webhook-disabled': ({ organization, host, error }) => ({
    subject: `${host}へのWebhookが無効になりました`,
    title: `${host}へのWebhookが無効になりました`,
    cause: `1日間、すべての配信に失敗しました。最後のエラー：${error}`,
    advice: '今後発生するイベントは送信されません。受信側の問題を解決してから、Webhookを再び有効にしてください。',
    action: 'Webhookを開く',
    reason: `このメールは、${organization ?? 'ライセンスサーバー'}を管理している方にお送りしています。`,
  }),

  'backup-missing': ({ lastBackupAt, failure }) => {
    const title = failure
      ? 'ライセンスサーバーの前回のバックアップに失敗しました'
      : 'ライセンスサーバーの直近1日のバックアップがありません';
    return {
      subject: title,
      title,
      cause: failure ? `バックアップに失敗しました：${failure}` : '',
      last: lastBackupAt ? `前回のバックアップ：${moment(lastBackupAt)}` : 'バックアップはまだ作成されていません。',
      advice:
        '「システム」ページでバックアップを作成できます。BACKUP_DIRを設定すると、サーバーが毎日バックアップを作成します。',
      action: '「システム」ページを開く',
      reason: aboutServer,
    };
  },

  'certificate-expiring': ({ use, name, expiresAt }) => {
    const { subject, ...texts } = certificateTexts[use];
    const title = `${subject(name)}は${day(expiresAt)}に期限が切れます`;
    return { subject: title, title, ...texts, action: open, reason: aboutServer };
  },

  'disk-low': ({ host, freeBytes }) => {
    const title = `${host}のライセンスサーバーのディスクの空き容量が残りわずかです`;
    return {
      subject: title,
      title,
      space: `データフォルダーのあるディスクの空き容量は${megabytes(freeBytes)} MBです。いっぱいになると、シートを割り当てられなくなります。`,
      advice:
        'ディスクの空きを増やすか、データフォルダーをより大きなディスクに移してください。使用量の内訳は「システム」ページで確認できます。',
      action: '「システム」ページを開く',
      reason: aboutServer,
    };
  },

  'mails-failing': ({ organization, count, failure }) => ({
    subject: `${organization}のメールを送信できません`,
    title: `${organization}のメール${count}件を送信できません`,
    cause: failure ? `最後のエラー：${failure}` : '',
    advice: '対象のメールはメールサーバーのページで確認できます。設定を修正してから、再送信してください。',
    frequency: 'このメールの送信は1日に1回までです。',
    action: 'メールサーバーを開く',
    reason: aboutAdministration(organization),
  }),

  'settings-changed': ({ organization, by, settings }) => {
    const title = `${by}が${organization === null ? '' : `${organization}の`}${sharedSettings[settings]}を変更しました`;
    return {
      subject: title,
      title,
      more: '変更前と変更後の内容は監査ログで確認できます。',
      frequency: '変更が何件あっても、このメールの送信は1日に1回までです。',
      action: '監査ログを開く',
      reason: organization === null ? aboutServer : aboutAdministration(organization),
    };
  },

  'license-expiring': ({ customer, expiresAt, lastGrantAt, expired }) => {
    const title = expired
      ? `${customer}のライセンスの期限が切れました`
      : `${customer}のライセンスの有効期限は${day(expiresAt)}です`;
    return {
      subject: title,
      title,
      end: lastGrantAt
        ? `シートは${day(lastGrantAt)}まで付与され、その後は付与されません。`
        : 'その後、シートは付与されません。',
      advice: '新しいライセンスファイルをベンダーに依頼し、ライセンスサーバーにインストールしてください。',
      action: open,
      reason:
        'このメールは、ライセンスサーバーの管理者または組織のオーナーにお送りしています。プロファイルで配信を停止できます。',
    };
  },

  'execution-notification': ({ organization, sender, suite, status, totals }) => ({
    subject: `${status}: ${suite}`,
    title: `${suite}: ${status}`,
    totals: totals.map(([name, count]) => `${totalNames[name] ?? name}: ${count}`).join('、'),
    action: '実行結果を開く',
    reason: `このメールは、${sender}が${organization}のメンバーにテストの実行結果を通知しているためお送りしています。プロファイルで配信を停止できます。`,
  }),
};
