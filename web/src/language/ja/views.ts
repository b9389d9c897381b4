import type { views as english } from '../en/views';
import type { TranslationWithoutPlurals } from '../translation';

export const views: TranslationWithoutPlurals<typeof english> = {
  title: 'ビュー',
  save: 'このビューを保存',
  saveButton: 'ビューを保存',
  name: '名前',
  nameHint: '検索、フィルター、並べ替え、タブが自分専用に保存されます。同じ名前のビューは置き換えられます。',
  saved: 'ビュー「{{name}}」を保存しました',
  delete: '「{{name}}」を削除',
  deleted: 'ビュー「{{name}}」を削除しました',
};
