import type { show as english } from '../en/show';
import type { Translation } from '../translation';

export const show: Translation<typeof english> = {
  member: {
    choose: 'Name oder E-Mail',
    none: 'Kein Mitglied heißt so.',
  },
  filters: 'Filter',
  filtersActive_one: 'Filter: {{count}} aktiv',
  filtersActive_other: 'Filter: {{count}} aktiv',
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
  csv: 'Liste als CSV speichern',
  bulk: {
    done_one: 'Für {{count}} Eintrag erledigt.',
    done_other: 'Für {{count}} Einträge erledigt.',
    undo: 'Rückgängig',
    undone: 'Die Änderung wurde rückgängig gemacht.',
    refused_one: '{{count}} Eintrag wurde nicht geändert',
    refused_other: '{{count}} Einträge wurden nicht geändert',
    role: {
      title_one: 'Neue Rolle für {{count}} Mitglied',
      title_other: 'Neue Rolle für {{count}} Mitglieder',
      text: 'Sie gilt sofort, auch in laufenden Sitzungen. Der Besitzer und Sie selbst behalten Ihre Rolle.',
    },
    removeMembers: {
      title_one: '{{count}} Mitglied entfernen?',
      title_other: '{{count}} Mitglieder entfernen?',
      text: 'Sie verlassen {{organization}} und ihre Teams. Belegte Plätze enden sofort, zugewiesene werden frei. Die Konten selbst bleiben und können wieder eingeladen werden.',
    },
    resend: {
      title_one: '{{count}} Einladung erneut senden?',
      title_other: '{{count}} Einladungen erneut senden?',
      text: 'Jede bekommt einen neuen Link; der alte funktioniert nicht mehr.',
    },
    revoke: {
      title_one: '{{count}} Einladung widerrufen?',
      title_other: '{{count}} Einladungen widerrufen?',
      text: 'Die Links funktionieren sofort nicht mehr. Sie können die Adressen später wieder einladen.',
    },
    removeMachines: {
      title_one: '{{count}} Rechner entfernen?',
      title_other: '{{count}} Rechner entfernen?',
      text: 'Sitzungen darauf enden bei der nächsten Erneuerung der Clients. Ihre gerätegebundenen Plätze werden frei; die nächste Aktivierung belegt wieder einen, wenn es einen gibt.',
    },
    deny: {
      action: 'Verbieten',
      title_one: '{{count}} Rechner verbieten?',
      title_other: '{{count}} Rechner verbieten?',
      text: 'Sie bekommen ab jetzt keinen Platz, und Sitzungen darauf enden bei der nächsten Erneuerung der Clients. In den Richtlinien stehen sie unter den verbotenen Rechnern.',
    },
    allow: {
      action: 'Erlauben',
      title_one: '{{count}} Rechner wieder erlauben?',
      title_other: '{{count}} Rechner wieder erlauben?',
      text: 'In den Richtlinien stehen sie dann nicht mehr unter den verbotenen Rechnern.',
    },
    disable: {
      title_one: '{{count}} Konto sperren?',
      title_other: '{{count}} Konten sperren?',
      text: 'Diese Personen können sich nicht mehr anmelden. Alle ihre Sitzungen, Tokens und Plätze enden sofort. Sie können die Konten wieder freigeben.',
    },
    enable: {
      title_one: '{{count}} Konto freigeben?',
      title_other: '{{count}} Konten freigeben?',
      text: 'Diese Personen können sich wieder anmelden, mit denselben Passwörtern und Mitgliedschaften. Frühere Sitzungen bleiben beendet.',
    },
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
