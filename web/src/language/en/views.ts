/** Views of lists that people save for themselves. */
export const views = {
  title: 'Views',
  save: 'Save this view',
  saveButton: 'Save view',
  name: 'Name',
  nameHint: 'Search, filters, order and tab are saved, for you alone. A view of the same name is replaced.',
  saved: 'View “{{name}}” saved',
  delete: 'Delete “{{name}}”',
  deleted: 'View “{{name}}” deleted',
} as const;
