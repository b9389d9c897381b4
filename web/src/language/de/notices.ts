import type { Translation } from '../translation';
import type { notices as english } from '../en/notices';

export const notices: Translation<typeof english> = {
  title: 'Benachrichtigungen',
  open_one: 'Benachrichtigungen: {{count}} offen',
  open_other: 'Benachrichtigungen: {{count}} offen',
  none: 'Nichts zu tun',
  noneText: 'Hier erfahren Sie, wenn eine Lizenz endet, Plätze ausgehen oder Mails nicht verschickt werden.',
  server: 'Dieser Server',
  dismiss: 'Ausblenden: {{title}}',
  restore: 'Wieder anzeigen: {{title}}',
  showDismissed_one: '{{count}} ausgeblendete anzeigen',
  showDismissed_other: '{{count}} ausgeblendete anzeigen',
  hideDismissed: 'Ausgeblendete verbergen',
  byMail: 'Auswählen, was per Mail kommt',
  license: {
    ends: 'Die Lizenz von {{customer}} endet am {{on}}',
    ended: 'Die Lizenz von {{customer}} endete am {{on}}',
    text: 'Fordern Sie vom Hersteller eine neue Lizenzdatei an, und installieren Sie sie.',
  },
  seats: {
    title_one: '{{count}} Sitzung wurde abgewiesen: Alle Plätze für {{product}} sind belegt',
    title_other: '{{count}} Sitzungen wurden abgewiesen: Alle Plätze für {{product}} sind belegt',
    text: 'In den letzten 24 Stunden. Beenden Sie Sitzungen, die nicht mehr gebraucht werden, oder beschaffen Sie mehr Plätze.',
  },
  mails: {
    title_one: '{{count}} Mail wird nicht verschickt',
    title_other: '{{count}} Mails werden nicht verschickt',
    failure: 'Letzter Fehler: {{failure}}',
    text: 'Prüfen Sie den Mailserver, und verschicken Sie sie noch einmal.',
  },
  changed: {
    'license-policy': '{{by}} hat die Richtlinien geändert',
    organization: '{{by}} hat die Organisation umbenannt',
    allocation: '{{by}} hat die Zuteilung der Plätze geändert',
    'mail-server': '{{by}} hat den Mailserver geändert',
    'server-settings': '{{by}} hat die Servereinstellungen geändert',
    text_one: '{{count}} Änderung durch andere in 7 Tagen',
    text_other: '{{count}} Änderungen durch andere in 7 Tagen',
  },
  backup: {
    failed: 'Die letzte Sicherung ist fehlgeschlagen',
    old: 'Die letzte Sicherung ist vom {{on}}',
    none: 'Es gibt noch keine Sicherung',
    text: 'Legen Sie eine an, oder lassen Sie den Server jeden Tag eine machen.',
  },
  certificate: {
    https: {
      ends: 'Das HTTPS-Zertifikat von {{name}} läuft am {{on}} ab',
      ended: 'Das HTTPS-Zertifikat von {{name}} ist am {{on}} abgelaufen',
      text: 'Ersetzen Sie die Dateien des Zertifikats und seines Schlüssels; ein Neustart ist nicht nötig.',
    },
    'saml-server': {
      ends: 'Das Zertifikat dieses Servers für {{name}} läuft am {{on}} ab',
      ended: 'Das Zertifikat dieses Servers für {{name}} ist am {{on}} abgelaufen',
      text: 'Erzeugen Sie den nächsten Schlüssel, tragen Sie dessen Zertifikat beim Anbieter ein, und wählen Sie „Verwenden“.',
    },
    'saml-provider': {
      ends: 'Das Zertifikat, mit dem {{name}} signiert, läuft am {{on}} ab',
      ended: 'Das Zertifikat, mit dem {{name}} signiert, ist am {{on}} abgelaufen',
      text: 'Wenn Sie die Metadaten des Anbieters eingefügt haben, fügen Sie die neuen ein, bevor Anmeldungen fehlschlagen.',
    },
  },
  disk: {
    title: 'Auf dem Datenträger von {{host}} sind nur noch {{free}} frei',
    text: 'Ist er voll, kann der Server keine Plätze mehr vergeben.',
  },
};
