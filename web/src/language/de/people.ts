import type { people as english } from '../en/people';
import type { Translation } from '../translation';

export const people: Translation<typeof english> = {
  all: 'Alle Benutzer',
  allMachines: 'Alle Rechner',
  tab: {
    now: 'Jetzt',
    sessions: 'Sitzungen eines Jahres',
    machines: 'Rechner',
    refusals: 'Ablehnungen',
    keys: 'API-Schlüssel',
    history: 'Verlauf',
  },
  reason: 'Grund',
  noRefusals: 'Noch nie abgelehnt',
  noKeys: 'Keine API-Schlüssel',
  keyName: 'Name',
  keyCreated: 'Angelegt',
  keyUsed: 'Zuletzt benutzt',
  keyExpires: 'Läuft ab',
  noPlace: 'An diesen Rechner ist kein Platz gebunden.',
};
