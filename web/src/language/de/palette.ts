import type { palette as english } from '../en/palette';
import type { Translation } from '../translation';

export const palette: Translation<typeof english> = {
  title: 'Alles durchsuchen',
  placeholder: 'Seite, Person, Rechner oder Einstellung suchen …',
  nothing: 'Kein Treffer für „{{search}}“',
  pages: 'Seiten und Einstellungen',
  actions: 'Aktionen',
  views: 'Gespeicherte Ansichten',
  people: 'Personen',
  machines: 'Rechner',
  sessions: 'Sitzungen',
  accounts: 'Konten',
  organizations: 'Organisationen',
  light: 'Helle Darstellung',
  dark: 'Dunkle Darstellung',
  help: {
    title: 'Tastenkürzel',
    palette: 'Alles durchsuchen',
    keys: 'Diese Tastenkürzel zeigen',
    close: 'Dialog oder Menü schließen',
    space: 'Leertaste',
    select: 'Eine Zeile auswählen',
    range: 'Alle Zeilen bis hier auswählen',
  },
};
