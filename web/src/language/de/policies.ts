import type { policies as english } from '../en/policies';
import type { Translation } from '../translation';

export const policies: Translation<typeof english> = {
  title: 'Richtlinien',
  text: 'Regeln für die Plätze dieser Organisation. Sie gelten für den nächsten, der fragt.',
  readOnly: 'Regeln für die Plätze dieser Organisation. Ihr Besitzer und ihre Admins können sie ändern.',
  minutes: 'min',
  missing: 'Geben Sie eine Zahl an.',
  discard: 'Verwerfen',
  unsaved: 'Es gibt Änderungen, die noch nicht gespeichert sind.',
  leases: {
    title: 'Leihzeiten',
    text: 'Ein Client hat seinen Platz für die Leihzeit und erneuert ihn lange vorher. Einer, der abgestürzt ist, gibt ihn zurück, wenn die Zeit um ist.',
    time: 'Leihzeit',
    timeHint_one: '15 Minuten, wenn nichts anderes gesagt ist; die Lizenz erlaubt bis zu {{count}}.',
    timeHint_other: '15 Minuten, wenn nichts anderes gesagt ist; die Lizenz erlaubt bis zu {{count}}.',
    clientRenewal: 'Katalon erneuert nach',
    clientRenewalHint_one:
      'Studio und Runtime Engine erneuern nach etwa {{count}} Minute. Sie versuchen es nie ein zweites Mal.',
    clientRenewalHint_other:
      'Studio und Runtime Engine erneuern nach etwa {{count}} Minuten. Sie versuchen es nie ein zweites Mal.',
    renewal: 'Andere Programme erneuern nach',
    renewalHint_one: 'Programme mit der REST-API erneuern nach etwa {{count}} Minute.',
    renewalHint_other: 'Programme mit der REST-API erneuern nach etwa {{count}} Minuten.',
    idle: 'Untätige Sitzungen beenden nach',
    idleHint: '0: nie. Nur von Clients, die sagen, dass sie untätig sind.',
  },
  overQuota: {
    title: 'Überbuchung',
    text: 'Sind alle Floating-Plätze belegt, können einige mehr mit einer Warnung vergeben werden, statt abzulehnen.',
    label: 'Höchstens darüber hinaus',
    hint_one: 'In Prozent der Plätze, auf ganze Plätze abgerundet; die Lizenz erlaubt bis zu {{count}}. 0: ablehnen.',
    hint_other: 'In Prozent der Plätze, auf ganze Plätze abgerundet; die Lizenz erlaubt bis zu {{count}}. 0: ablehnen.',
    notLicensed: 'Die Lizenz erlaubt keine Plätze über das Kontingent hinaus.',
  },
  machines: {
    title: 'Rechner',
    text: 'Rechner-IDs oder Hostnamen, einer je Zeile; * steht für alles.',
    allowedMachines: 'Erlaubte Rechner',
    allowedMachinesHint: 'Nur diese bekommen Plätze. Leer: alle.',
    deniedMachines: 'Verbotene Rechner',
    deniedMachinesHint: 'Diese bekommen keinen Platz, was auch erlaubt ist. Sitzungen auf ihnen enden.',
  },
  reservations: {
    title: 'Reservierte Plätze',
    text: 'Floating-Plätze, die für ein Mitglied oder für ein ganzes Team frei gehalten werden, auch wenn andere abgewiesen werden.',
    none: 'Kein Platz ist reserviert: Wer zuerst kommt, bekommt den nächsten.',
    for: 'Für',
    choose: 'Mitglied oder Team',
    teams: 'Teams',
    members: 'Mitglieder',
    seats: 'Plätze',
    line: 'Reservierung {{number}}',
    add: 'Plätze reservieren',
    incomplete: 'Sagen Sie bei jeder Reservierung, für wen sie ist und wie viele Plätze.',
  },
};
