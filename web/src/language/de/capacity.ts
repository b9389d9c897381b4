import type { capacity as english } from '../en/capacity';
import type { Translation } from '../translation';

export const capacity: Translation<typeof english> = {
  title: 'Kapazität',
  text: 'Ob die Plätze reichen, und wie lange.',
  period: 'Zeitraum',
  days: '{{count}} Tage',
  months: 'Monatsbericht (CSV)',
  mailMe: 'Monatlich per Mail',
  none: 'Noch keine Plätze',
  noneText: 'Sobald die Organisation Plätze hat, zeigt diese Seite, ob sie reichen.',
  subscribed: 'Vorhanden',
  inUse: 'Derzeit belegt',
  peak: 'Meiste gleichzeitig',
  p99: 'Reicht in 99 von 100 Stunden',
  p95: 'Reicht in 95 von 100 Stunden',
  deniedUsers_one: 'Abgewiesene Benutzer ({{count}} Ablehnung)',
  deniedUsers_other: 'Abgewiesene Benutzer ({{count}} Ablehnungen)',
  suggested: 'Empfohlen',
  answer: {
    missing_one: 'Mit einem weiteren Platz hätten alle einen.',
    missing_other: 'Mit {{count}} weiteren Plätzen hätten alle einen.',
    until: 'Vorerst genug. Geht es so weiter, sind am {{on}} alle Plätze belegt.',
    enough: 'Genug Plätze.',
  },
  forecast:
    'Die gestrichelte Linie ist die Vorhersage für zwei Wochen. In neun von zehn Stunden bleibt die Nutzung in ihrem Bereich. Tage sind in UTC.',
  noForecast: 'Eine Vorhersage braucht Daten aus acht Wochen. Tage sind in UTC.',
  chart: {
    peak: 'Belegt',
    denials: 'Ablehnungen',
    expected: 'Erwartet',
    band: 'Spanne',
    subscribed: 'Vorhanden',
    summary: 'Höchstens gleichzeitig belegte Plätze: {{peak}}. Vorhandene Plätze: {{subscribed}}.',
  },
};
