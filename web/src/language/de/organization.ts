import type { organization as english } from '../en/organization';
import type { Translation } from '../translation';

export const organization: Translation<typeof english> = {
  title: 'Einstellungen',
  about: 'Name, Nummer und Logo',
  name: 'Name',
  rename: 'Umbenennen',
  id: 'Organisations-ID',
  idText: 'Clients und Skripte nennen die Organisation mit dieser Nummer, zum Beispiel in -orgID.',
  copyId: 'Organisations-ID kopieren',
  logo: {
    title: 'Logo',
    text: 'PNG, JPEG, WebP oder SVG. Die Konsole verkleinert es auf höchstens 640 × 192 Pixel. Es erscheint in der Konsole und in E-Mails.',
    choose: 'Bild auswählen',
    remove: 'Logo entfernen',
    none: 'Kein Logo',
    unreadable: 'Diese Datei ist kein Bild, das Ihr Browser lesen kann.',
  },
  new: {
    none: 'Sie sind in keiner Organisation',
    closed: 'Sie können keine Organisationen anlegen',
    closedText:
      'Bitten Sie den Besitzer oder einen Admin einer Organisation um eine Einladung, oder den Serveradministrator um eine neue Organisation.',
    unverifiedText:
      'Bitten Sie den Besitzer oder einen Admin einer Organisation um eine Einladung. Um Organisationen anzulegen, muss Ihre E-Mail-Adresse bestätigt sein: siehe Ihr Profil, oder fragen Sie den Serveradministrator.',
    title: 'Organisation anlegen',
    text: 'Eine Organisation hat Plätze und die Menschen, die sie benutzen. Sie werden ihr Besitzer.',
    example: 'Acme Test',
    submit: 'Organisation anlegen',
  },
  transfer: {
    title: 'Besitz übertragen',
    text: 'Es gibt immer genau einen Besitzer, der allein die Organisation übertragen oder löschen darf.',
    open: 'Besitz übertragen',
    what: 'Das gewählte Mitglied wird Besitzer. Sie bleiben als Admin in der Organisation.',
    newOwner: 'Neuer Besitzer',
    choose: 'Wählen Sie ein Mitglied.',
    done: 'Die Organisation hat einen neuen Besitzer.',
  },
  leave: {
    title: 'Diese Organisation verlassen',
    text: 'Sie verlieren sofort die Plätze. Für die Rückkehr brauchen Sie eine neue Einladung.',
    open: 'Verlassen',
    confirm: '{{name}} verlassen?',
  },
  delete: {
    title: 'Diese Organisation löschen',
    text: 'Mitglieder, Teams, Einladungen und Auslastung werden mit ihr gelöscht. Die Plätze gehen an den Server zurück.',
    open: 'Organisation löschen',
    confirm: '{{name}} löschen?',
    what: 'Das lässt sich nicht rückgängig machen: Mitglieder, Teams, Einladungen und Auslastung sind endgültig weg. Eine Organisation mit laufenden Sitzungen oder Offline-Lizenzen kann nicht gelöscht werden.',
    type: 'Tippen Sie „{{name}}“, um zu bestätigen',
    differs: 'So heißt die Organisation nicht.',
  },
};
