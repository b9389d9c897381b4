import type { menu as english } from '../en/menu';
import type { Translation } from '../translation';

export const menu: Translation<typeof english> = {
  group: {
    organization: 'Organisation',
    seats: 'Plätze',
    people: 'Personen',
    settings: 'Einstellungen',
    server: 'Server',
  },
  dashboard: 'Übersicht',
  users: 'Benutzer',
  pending: 'Offene Einladungen',
  teams: 'Teams',
  settings: 'Einstellungen',
  profile: 'Profil',
  api: 'API',
};
