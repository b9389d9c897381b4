import type { setup as english } from '../en/setup';
import type { TranslationWithoutPlurals } from '../translation';

export const setup: TranslationWithoutPlurals<typeof english> = {
  steps: 'セットアップの手順',
  token: 'セットアップトークン',
  tokenHint: '起動時にサーバーのログに出力されます。データフォルダーの<file/>ファイルにも保存されています。',
  wrongToken: 'セットアップトークンが正しくありません。',
  tokenFirst: '最初にセットアップトークンを入力してください。このサーバーをセットアップする権限の確認に使用します。',
  license: {
    previewText: 'ファイルの内容を確認してから、インストールしてください。',
    issued: '発行者：{{issuer}}、ライセンス{{id}}',
    grace: 'シートの有効期限',
    copyServerId: 'サーバーIDをコピー',
    step: 'ライセンス',
    title: 'このサーバーの有効化',
    text: 'ベンダーのライセンスファイルをインストールするか、まず評価版で試してください。',
    drop: 'ここにライセンスファイルをドロップするか、クリックして選択',
    dropText: '64 KiB以下の.licファイル',
    rejected: 'これはライセンスファイルではありません。64 KiBを超えています。',
    noVendorKey:
      'このサーバーにはベンダーの鍵がない（VENDOR_KEY_FILES）ため、まだライセンスファイルをインストールできません。評価版は使用できます。',
    serverId: 'サーバーID：ベンダーはライセンスをこのIDに限定できます',
    or: 'または',
    evaluation: '評価を開始',
    evaluationText: '30日間、各製品5シート、1回限り。ベンダーの製品は有効になりません。',
    another: '別のファイルを選択',
    install: 'このライセンスをインストール',
    validUntil: '有効期限',
    product: '製品',
    seats: 'シート数',
  },
  account: {
    step: '既定のアカウント',
    title: '既定のアカウントの作成',
    text: 'このサーバーのライセンス、組織、すべてのアカウントを管理するアカウントです。',
    firstName: '名',
    lastName: '姓',
    email: 'メールアドレス',
    password: 'パスワード',
    passwordHint: '8〜128文字で、推測されにくいもの。',
    submit: 'アカウントを作成してサインイン',
  },
};
