import type { setup as english } from '../en/setup';
import type { Translation } from '../translation';

export const setup: Translation<typeof english> = {
  steps: 'Schritte der Einrichtung',
  token: 'Einrichtungsschlüssel',
  tokenHint:
    'Der Server hat ihn beim Start in sein Protokoll geschrieben und bewahrt ihn in der Datei <file/> in seinem Datenordner auf.',
  wrongToken: 'Das ist nicht der Einrichtungsschlüssel.',
  tokenFirst: 'Geben Sie zuerst den Einrichtungsschlüssel ein: er zeigt, dass Sie diesen Server einrichten dürfen.',
  license: {
    previewText: 'Sehen Sie nach, was die Datei gewährt, und installieren Sie sie dann.',
    issued: 'Ausgestellt von {{issuer}}, Lizenz {{id}}.',
    grace: 'die Plätze gelten bis',
    copyServerId: 'Server-ID kopieren',
    step: 'Lizenz',
    title: 'Diesen Server aktivieren',
    text: 'Installieren Sie die Lizenzdatei des Herstellers, oder sehen Sie sich erst im Testbetrieb um.',
    drop: 'Lizenzdatei hier ablegen, oder klicken und auswählen',
    dropText: 'Eine .lic-Datei mit höchstens 64 KiB',
    rejected: 'Das ist keine Lizenzdatei: sie hat mehr als 64 KiB.',
    noVendorKey:
      'Dieser Server kennt keinen Schlüssel eines Herstellers (VENDOR_KEY_FILES) und kann noch keine Lizenzdatei annehmen. Der Testbetrieb geht.',
    serverId: 'Server-ID: der Hersteller kann eine Lizenz an sie binden',
    or: 'oder',
    evaluation: 'Testbetrieb beginnen',
    evaluationText: '30 Tage, je 5 Plätze jedes Produkts, einmalig. Er schaltet kein Produkt des Herstellers frei.',
    another: 'Andere Datei wählen',
    install: 'Diese Lizenz installieren',
    validUntil: 'Gültig bis',
    product: 'Produkt',
    seats: 'Plätze',
  },
  account: {
    step: 'Erstes Konto',
    title: 'Das erste Konto anlegen',
    text: 'Es verwaltet diesen Server: Lizenzen, Organisationen, alle Konten.',
    firstName: 'Vorname',
    lastName: 'Nachname',
    email: 'E-Mail',
    password: 'Passwort',
    passwordHint: '8 bis 128 Zeichen, und keines, das leicht zu erraten ist.',
    submit: 'Konto anlegen und anmelden',
  },
};
