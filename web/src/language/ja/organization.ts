import type { organization as english } from '../en/organization';
import type { TranslationWithoutPlurals } from '../translation';

export const organization: TranslationWithoutPlurals<typeof english> = {
  title: '設定',
  about: '名前、番号、ロゴ',
  name: '名前',
  rename: '名前を変更',
  id: '組織ID',
  idText: 'クライアントやスクリプトは、この番号で組織を指定します（例：-orgID）。',
  copyId: '組織IDをコピー',
  logo: {
    title: 'ロゴ',
    text: 'PNG、JPEG、WebP、SVG。最大640 × 192ピクセルに縮小され、コンソールとメールに表示されます。',
    choose: '画像を選択',
    remove: 'ロゴを削除',
    none: 'ロゴなし',
    unreadable: 'このファイルは、ブラウザーで読み込める画像ではありません。',
  },
  new: {
    none: 'どの組織にも所属していません',
    closed: '組織を作成できません',
    closedText: '組織のオーナーまたは管理者に招待を依頼するか、サーバー管理者に新しい組織の作成を依頼してください。',
    unverifiedText:
      '組織のオーナーまたは管理者に招待を依頼してください。組織を作成するには、メールアドレスの確認が必要です。プロファイルを開くか、サーバー管理者に問い合わせてください。',
    title: '組織の作成',
    text: '組織には、シートとそれを使用するユーザーが所属します。あなたがオーナーになります。',
    example: 'サンプル株式会社',
    submit: '組織を作成',
  },
  transfer: {
    title: 'オーナー権限の移転',
    text: 'オーナーは常に1人で、オーナー権限の移転と組織の削除はオーナーだけができます。',
    open: 'オーナー権限を移転',
    what: '選択したメンバーがオーナーになります。あなたは管理者として組織に残ります。',
    newOwner: '新しいオーナー',
    choose: 'メンバーを選択してください。',
    done: 'オーナー権限を移転しました。',
  },
  leave: {
    title: 'この組織からの脱退',
    text: 'シートはすぐに失われます。再び参加するには、新しい招待が必要です。',
    open: '脱退',
    confirm: '{{name}}から脱退しますか？',
  },
  delete: {
    title: 'この組織の削除',
    text: 'メンバー、チーム、招待、利用状況も削除されます。シートはサーバーに戻ります。',
    open: '組織を削除',
    confirm: '{{name}}を削除しますか？',
    what: 'この操作は元に戻せません。メンバー、チーム、招待、利用状況は完全に失われます。実行中のセッションまたはオフラインライセンスがある組織は削除できません。',
    type: '確認のため「{{name}}」と入力してください',
    differs: '組織の名前と一致しません。',
  },
};
