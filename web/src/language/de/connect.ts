import type { connect as english } from '../en/connect';
import type { Translation } from '../translation';

export const connect: Translation<typeof english> = {
  open: 'Client verbinden',
  title: 'Einen Client mit diesem Server verbinden',
  studio: 'Katalon Studio Enterprise',
  studioText: 'Starten Sie es, wählen Sie „Activate“, und geben Sie ein:',
  serverUrl: 'Server-URL',
  onlyHere:
    'Clients auf anderen Rechnern erreichen diese Adresse nicht. Der Serveradministrator stellt eine andere ein: SERVER_URL, dann ein Neustart.',
  email: 'E-Mail',
  password: 'Das Passwort ist dasselbe, mit dem Sie sich hier anmelden.',
  engine: 'Runtime Engine und andere Programme',
  engineText:
    'Sie handeln für Sie mit einem API-Schlüssel statt eines Passworts. Legen Sie einen an, und er wird unten eingesetzt.',
  keyPlaceholder: 'IHR-API-SCHLÜSSEL',
  arguments: 'Argumente für Runtime Engine',
  command: 'Zum Ausprobieren im Terminal: nimmt für ein paar Minuten einen Platz von {{product}}',
};
