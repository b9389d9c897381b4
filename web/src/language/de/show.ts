import type { show as english } from '../en/show';
import type { Translation } from '../translation';

export const show: Translation<typeof english> = {
  member: {
    choose: 'Name oder E-Mail',
    none: 'Kein Mitglied heißt so.',
  },
  stale: {
    title: 'Jemand anders hat das geändert',
    changed: '{{by}} hat geändert: {{fields}},',
    changedSomething: '{{by}} hat das geändert,',
    field: {
      name: 'den Namen',
      role: 'die Rolle',
      disabled: 'ob das Konto gesperrt ist',
      root: 'die Administratorrechte',
      email: 'die E-Mail-Adresse',
    },
    text: 'Von Ihren Änderungen wurde nichts gespeichert.',
    merge: 'Meine Änderungen behalten',
    reload: 'Meine verwerfen',
    anyway: 'Trotzdem ausführen',
  },
  sort: { label: 'Sortieren', ascending: '{{column}}, aufsteigend', descending: '{{column}}, absteigend' },
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
