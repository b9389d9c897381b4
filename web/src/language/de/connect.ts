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
  password:
    'Das Passwort ist dasselbe, mit dem Sie sich hier anmelden. Mit Single Sign-On oder einem zweiten Faktor nehmen Sie stattdessen ein Client-Passwort:',
  clientPassword: 'Im Profil anlegen',
  engine: 'Runtime Engine und andere Programme',
  engineText:
    'Sie benutzen statt eines Passworts einen API-Schlüssel. Legen Sie einen an, der für Sie handelt, und er wird unten eingesetzt.',
  service:
    'Nehmen Sie für Pipelines besser den Schlüssel eines Dienstkontos, der nicht an einer Person hängt. In docs/ci.md stehen Schritte zum Kopieren für Jenkins, GitHub Actions, GitLab und Azure DevOps.',
  serviceAccounts: 'Dienstkonten öffnen',
  keyPlaceholder: 'IHR-API-SCHLÜSSEL',
  arguments: 'Argumente für Runtime Engine',
  command: 'Zum Ausprobieren im Terminal: nimmt für ein paar Minuten einen Platz von {{product}}',
};
