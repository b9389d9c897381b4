import type { dashboard as english } from '../en/dashboard';
import type { Translation } from '../translation';

export const dashboard: Translation<typeof english> = {
  title: 'Übersicht',
  holders: {
    title: 'Jetzt belegte Plätze',
    none: 'Kein Platz ist belegt',
    noneText: 'Wer Studio oder Runtime Engine mit der Adresse dieses Servers startet, erscheint hier von selbst.',
    user: 'Benutzer',
    product: 'Produkt',
    machine: 'Rechner',
    since: 'Seit',
    until: 'Bis',
    terminate: 'Beenden',
    terminateFor: 'Sitzung von {{email}} beenden',
  },
  curve: {
    title: 'Die letzten 24 Stunden',
    peak: 'Belegte Plätze',
    denials: 'Ablehnungen',
    none: 'In den letzten 24 Stunden wurde kein Platz benutzt.',
    summary: 'Höchstens gleichzeitig belegte Plätze: {{peak}}. Abgelehnte Anfragen: {{denials}}.',
  },
  cards: {
    floating: 'von {{count}} belegt',
    'per-user': 'von {{count}} zugewiesen',
    'node-locked': 'von {{count}} gebunden',
    label: '{{used}} von {{total}} Plätzen',
    available: '{{count}} frei',
    full: 'Kein Platz ist frei',
    expires: 'Läuft ab',
    expired: 'Abgelaufen',
  },
  denials: {
    title: 'Letzte Ablehnungen',
    none: 'Niemandem wurde ein Platz verweigert.',
    somebody: 'Jemand',
    code: {
      'not-a-member': 'aus der Organisation entfernt',
      'seats-exhausted': 'kein Platz war frei',
      'not-licensed': 'keine Lizenz für dieses Produkt',
      'license-expired': 'die Lizenz ist abgelaufen',
      'machine-denied': 'dieser Rechner ist nicht erlaubt',
      'no-seat-assigned': 'kein Platz ist zugewiesen',
      'seat-used-elsewhere': 'der eigene Platz wird auf einem anderen Rechner benutzt',
      'machine-unidentified': 'die Rechner-ID ist nicht lesbar',
      'features-not-accepted': 'der Client würde diese Plätze nicht annehmen',
      'machine-quota-reached': 'zu viele Rechner sind registriert',
      'reserved-for-others': 'die freien Plätze sind für andere reserviert',
      'others-waiting': 'andere warten schon länger',
      'user-limit-reached': 'der Benutzer hat so viele Plätze, wie erlaubt sind',
    },
  },
  invitations: {
    title: 'Offene Einladungen',
    none: 'Keine Einladung wartet auf Antwort.',
    expires: 'Läuft ab',
    all: 'Alle {{count}} offenen Einladungen',
  },
  next: {
    title: 'Was als Nächstes zu tun ist',
    text: 'Von hier bis zu jemandem, der mit einem Platz dieses Servers arbeitet.',
    done: 'Erledigt:',
    open: 'Zu tun:',
    invite: 'Laden Sie Ihre Kollegen ein',
    inviteLink: 'Zu den Benutzern',
    connect: 'Aktivieren Sie Studio oder Runtime Engine mit diesem Server',
    connectText:
      'Studio fragt nach der Server-URL, einer E-Mail-Adresse und einem Passwort, eine Pipeline nach einem API-Schlüssel.',
  },
  terminate: {
    title: 'Diese Sitzung beenden?',
    text: '{{email}} verliert den Platz von {{product}} auf {{machine}}. Der Client erfährt es bei der nächsten Erneuerung.',
    seat: {
      floating: 'Der Platz ist sofort für andere frei.',
      'per-user': 'Der Platz bleibt seinem Benutzer zugewiesen.',
      'node-locked': 'Der Platz bleibt an den Rechner gebunden.',
    },
    deny: 'Diesen Rechner auch künftig ablehnen',
    notDenied: 'Sonst darf der Client wieder nach einem Platz fragen und bekommt einen, wenn es einen gibt.',
    denied:
      'Seine ID, {{machineId}}, kommt unter Richtlinien auf die Liste der verbotenen Rechner. Wenn Sie sie dort entfernen, ist er wieder erlaubt.',
    done: 'Die Sitzung von {{email}} ist beendet.',
    doneDenied:
      'Die Sitzung von {{email}} ist beendet, und {{machineId}} steht unter Richtlinien bei den verbotenen Rechnern.',
  },
};
