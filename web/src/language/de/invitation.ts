import type { invitation as english } from '../en/invitation';
import type { Translation } from '../translation';

export const invitation: Translation<typeof english> = {
  title: 'Einladung',
  join: '{{organization}} beitreten',
  newText: 'Sie sind als <b>{{email}}</b> eingeladen. Setzen Sie Ihren Namen und ein Passwort für Ihr neues Konto.',
  renewText:
    'Zu <b>{{email}}</b> gibt es ein Konto, dessen Adresse nicht bestätigt ist. Setzen Sie ein neues Passwort: Altes Passwort, Sitzungen und API-Schlüssel gelten dann nicht mehr.',
  renewWarning:
    'Sind Sie schon Mitglied einer anderen Organisation? Melden Sie sich zuerst an und öffnen Sie diesen Link erneut; sonst verlieren Sie womöglich diese Mitgliedschaft.',
  signInText: 'Melden Sie sich als <b>{{email}}</b> an, um die Einladung anzunehmen.',
  signInAndAccept: 'Anmelden und annehmen',
  acceptText: 'Sie sind als <b>{{email}}</b> angemeldet.',
  accept: 'Einladung annehmen',
  other:
    'Sie sind als <b>{{signedInAs}}</b> angemeldet, und die Einladung ist für <b>{{email}}</b>. Melden Sie sich ab, um sie anzunehmen.',
  stay: 'Angemeldet bleiben',
  toSignIn: 'Zur Anmeldung',
  joined: 'Sie sind Mitglied von {{organization}}',
  joinedText: 'Sie können jetzt anfangen.',
  serverUrl: 'Server-URL für Katalon Studio und Runtime Engine',
  useText: 'Aktivieren Sie mit dieser Adresse, {{email}} und Ihrem Passwort.',
  toConsole: 'Konsole öffnen',
};
