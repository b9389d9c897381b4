import type { show as english } from '../en/show';
import type { Translation } from '../translation';

export const show: Translation<typeof english> = {
  member: {
    choose: 'Name oder E-Mail',
    none: 'Kein Mitglied heißt so.',
  },
  clear: 'Löschen',
  remove: 'Entfernen',
  all: 'Alle',
  nextPage: 'Nächste Seite',
  previousPage: 'Vorige Seite',
  download: {
    running: 'Bisher {{size}} …',
    done: '{{name}} ist gespeichert.',
  },
  copyOf: 'Kopieren: {{what}}',
};
