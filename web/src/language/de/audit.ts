import type { audit as english } from '../en/audit';
import type { Translation } from '../translation';

export const audit: Translation<typeof english> = {
  title: 'Protokoll',
  text: 'Wer in dieser Organisation was getan hat, wann und von wo. Niemand kann es ändern.',
  serverText: 'Wer auf diesem Server was getan hat, wann und von wo. Niemand kann es ändern.',
  filters: 'Filter',
  search: 'Suchen',
  time: 'Zeit',
  actor: 'Wer',
  actorHint: 'E-Mail, oder „server“',
  action: 'Aktion',
  details: 'Was',
  inOrganization: 'Organisation {{id}}',
  from: 'Von',
  to: 'Bis',
  turned: 'Das ist vor dem ersten Tag.',
  export: 'CSV exportieren',
  none: 'Noch ist nichts geschehen',
  noMatch: 'Nichts passt zu diesen Filtern',
  noMatchText: 'Wählen Sie eine längere Zeit, oder löschen Sie einige.',
};
