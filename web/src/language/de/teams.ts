import type { teams as english } from '../en/teams';
import type { Translation } from '../translation';

export const teams: Translation<typeof english> = {
  title: 'Teams',
  text: 'Teams fassen Mitglieder der Organisation zusammen, zum Beispiel nach Projekt.',
  all: 'Alle Teams',
  name: 'Name',
  example: 'Mobil',
  members: 'Mitglieder',
  membersOf: 'Mitglieder von {{name}}',
  role: 'Rolle im Team',
  yourRole: 'Ihre Rolle',
  created: 'Angelegt',
  create: 'Team anlegen',
  rename: 'Umbenennen',
  renameTitle: '{{name}} umbenennen',
  none: 'Noch keine Teams',
  noneText: 'Legen Sie das erste an, und nehmen Sie Mitglieder der Organisation auf.',
  noMembers: 'Niemand ist in diesem Team',
  noMembersText: 'Nehmen Sie Mitglieder der Organisation auf.',
  may: {
    USER: 'Ist im Team und sieht dessen Mitglieder.',
    ADMIN: 'Nimmt auch Mitglieder auf, entfernt sie, und benennt das Team um.',
    OWNER: 'Löscht auch das Team.',
  },
  add: { open: 'Mitglied aufnehmen', title: 'In {{name}} aufnehmen', member: 'Mitglied', submit: 'Aufnehmen' },
  remove: {
    open: 'Aus dem Team entfernen',
    title: '{{name}} aus dem Team entfernen?',
    text: '{{name}} bleibt in der Organisation und kann wieder aufgenommen werden.',
    submit: 'Entfernen',
  },
  delete: {
    open: 'Team löschen',
    title: '{{name}} löschen?',
    text: 'Die Mitglieder bleiben in der Organisation. Das lässt sich nicht rückgängig machen.',
    done: 'Das Team {{name}} ist gelöscht.',
  },
};
