import type { views as english } from '../en/views';
import type { Translation } from '../translation';

export const views: Translation<typeof english> = {
  title: 'Ansichten',
  save: 'Diese Ansicht speichern',
  saveButton: 'Ansicht speichern',
  name: 'Name',
  nameHint:
    'Gespeichert werden Suche, Filter, Sortierung und Reiter, nur für Sie. Eine Ansicht mit demselben Namen wird ersetzt.',
  saved: 'Ansicht „{{name}}“ gespeichert',
  delete: '„{{name}}“ löschen',
  deleted: 'Ansicht „{{name}}“ gelöscht',
};
