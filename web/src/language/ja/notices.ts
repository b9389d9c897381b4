import type { TranslationWithoutPlurals } from '../translation';
import type { notices as english } from '../en/notices';

export const notices: TranslationWithoutPlurals<typeof english> = {
  title: '通知',
  open_other: '通知：対応が必要なものが{{count}}件あります',
  none: '対応が必要なものはありません',
  noneText: 'ライセンスの終了、シートの不足、メールの送信失敗などをここでお知らせします。',
  server: 'このサーバー',
  dismiss: '非表示にする：{{title}}',
  restore: '再表示する：{{title}}',
  showDismissed_other: '非表示の{{count}}件を表示',
  hideDismissed: '非表示のものを隠す',
  byMail: 'メールで受け取る通知を選択',
  license: {
    ends: '{{customer}}のライセンスは{{on}}に終了します',
    ended: '{{customer}}のライセンスは{{on}}に終了しました',
    text: 'ベンダーに新しいライセンスファイルを依頼し、インストールしてください。',
  },
  seats: {
    title_other: '{{count}}件のセッションが拒否されました：{{product}}のシートはすべて使用中です',
    text: '過去24時間の件数です。不要なセッションを終了するか、シートを追加してください。',
  },
  mails: {
    title_other: '{{count}}件のメールを送信できません',
    failure: '最後のエラー：{{failure}}',
    text: 'メールサーバーを確認し、再送信してください。',
  },
  changed: {
    'license-policy': '{{by}}がポリシーを変更しました',
    organization: '{{by}}が組織の名前を変更しました',
    allocation: '{{by}}がシートの配分を変更しました',
    'mail-server': '{{by}}がメールサーバーを変更しました',
    'server-settings': '{{by}}がサーバーの設定を変更しました',
    text_other: 'ほかの人による変更：7日間で{{count}}件',
  },
  backup: {
    failed: '前回のバックアップに失敗しました',
    old: '最後のバックアップは{{on}}のものです',
    none: 'バックアップがまだありません',
    text: 'バックアップを作成するか、毎日自動で作成されるように設定してください。',
  },
  certificate: {
    https: {
      ends: '{{name}}のHTTPS証明書は{{on}}に期限が切れます',
      ended: '{{name}}のHTTPS証明書は{{on}}に期限が切れました',
      text: '証明書と鍵のファイルを差し替えてください。再起動は不要です。',
    },
    'saml-server': {
      ends: '{{name}}に対するこのサーバーの証明書は{{on}}に期限が切れます',
      ended: '{{name}}に対するこのサーバーの証明書は{{on}}に期限が切れました',
      text: '次の鍵を作成し、その証明書をプロバイダーに登録してから、「使用」を選んでください。',
    },
    'saml-provider': {
      ends: '{{name}}の署名用証明書は{{on}}に期限が切れます',
      ended: '{{name}}の署名用証明書は{{on}}に期限が切れました',
      text: 'プロバイダーのメタデータを貼り付けてある場合は、サインインできなくなる前に新しいものを貼り付けてください。',
    },
  },
  disk: {
    title: '{{host}}のディスクの空き容量は残り{{free}}です',
    text: 'いっぱいになると、シートを割り当てられなくなります。',
  },
};
