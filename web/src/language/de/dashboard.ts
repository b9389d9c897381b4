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
  terminate: {
    title: 'Diese Sitzung beenden?',
    text: '{{email}} verliert den Platz von {{product}} auf {{machine}}. Der Client erfährt es bei der nächsten Erneuerung, und der Platz ist sofort für andere frei.',
    done: 'Die Sitzung von {{email}} ist beendet.',
  },
};
