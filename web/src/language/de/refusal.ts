import type { refusal as english } from '../en/refusal';
import type { Translation } from '../translation';

/** Also what the server says in English: its refusals by their code, with what else their answers hold. */
export const refusal: Translation<typeof english> & { code: Readonly<Record<string, string>> } = {
  rule: {
    isMissing: 'Bitte ausfüllen.',
    isNotEmpty: 'Bitte ausfüllen.',
    minLength_one: 'Bitte ausfüllen.',
    minLength_other: 'Mindestens {{count}} Zeichen.',
    maxLength_one: 'Höchstens {{count}} Zeichen.',
    maxLength_other: 'Höchstens {{count}} Zeichen.',
    min: 'Mindestens {{limit}}.',
    max: 'Höchstens {{limit}}.',
    isInt: 'Geben Sie eine ganze Zahl ein.',
    isNumber: 'Geben Sie eine Zahl ein.',
    isEmail: 'Das ist keine E-Mail-Adresse.',
    'secret-needed': 'Geben Sie das Clientgeheimnis für diese Token-URL und Client-ID ein.',
    'token-url-needed': 'Geben Sie die Token-URL ein.',
    'client-id-needed': 'Geben Sie die Client-ID ein.',
    'mailbox-needed': 'Geben Sie das Postfach ein, das sendet.',
    'token-url': 'Das ist keine Adresse, die mit https:// beginnt.',
    'same-email': 'Das ist schon Ihre Adresse.',
    emailDirection:
      'Die Adresse enthält ein unsichtbares Zeichen, das die Schreibrichtung ändert. Tippen Sie die Adresse von Hand.',
    emailAlphabets:
      'Die Adresse mischt Buchstaben mehrerer Alphabete, von denen manche gleich aussehen. Tippen Sie sie von Hand.',
    future: 'Wählen Sie einen Zeitpunkt in der Zukunft.',
    'offline-max-days': 'Höchstens {{limit}} Tage von heute an: Länger erlaubt die Lizenz keine Offline-Lizenz.',
    'key-life':
      'API-Schlüssel und Client-Passwörter dieses Servers gelten höchstens {{limit}} Tage. Wählen Sie ein früheres Ablaufdatum.',
    'service-account-address': 'Der Name darf kein @ enthalten: Er ist keine E-Mail-Adresse.',
    'service-account-reserved': 'Diesen Namen braucht das Protokoll für etwas anderes. Wählen Sie einen anderen.',
    'license-end': 'Das liegt nach dem Ende der Lizenz.',
    'password-length': 'Ein Passwort hat 8 bis 128 Zeichen.',
    'password-blank': 'Leerzeichen allein sind kein Passwort.',
    'password-email': 'Die E-Mail-Adresse ist kein Passwort, wählen Sie ein anderes.',
    'password-common': 'Das ist eines der meistbenutzten Passwörter oder daraus gebildet. Wählen Sie ein anderes.',
    'password-repetitive': 'Das Passwort wiederholt sich. Wählen Sie ein anderes.',
    'password-sequence': 'Das Passwort folgt dem Alphabet, den Ziffern oder der Tastatur. Wählen Sie ein anderes.',
    'password-season':
      'Das Passwort ist aus Jahreszeit, Monat, Wochentag, Datum oder Jahr gebildet. Wählen Sie ein anderes.',
    'password-personal':
      'Das Passwort ist aus Ihrem Namen oder dem der Organisation oder des Produkts gebildet. Wählen Sie ein anderes.',
    'password-weak': 'Das Passwort ist leicht zu erraten. Wählen Sie ein längeres, etwa vier beliebige Wörter.',
    'password-needed': 'Geben Sie das Passwort für diesen Server und Benutzernamen ein.',
    'username-needed': 'Zu einem Passwort gehört ein Benutzername.',
    certificates: 'Das enthält keine Zertifikate in PEM.',
    matches_host: 'Das ist weder ein Hostname noch eine Adresse.',
    matches_sender: 'Das ist keine E-Mail-Adresse, und kein Name mit einer in spitzen Klammern.',
    'webhook-url': 'Das ist keine Adresse wie https://ci.example.com/hook.',
    'webhook-internal':
      'Diese Adresse ist intern. Der Serveradministrator muss sie erlauben (WEBHOOK_ALLOWED_NETWORKS).',
    'webhook-url-needed': 'Geben Sie die Adresse für das andere Format ein.',
    'provider-secret-needed': 'Geben Sie das Geheimnis für diese Adresse und diesen Benutzer noch einmal ein.',
    'ldap-url': 'Geben Sie Adressen wie ldaps://dc1.example.com ein, getrennt durch Leerzeichen.',
    'ldap-placeholder': 'Der Filter braucht {user} oder, für Gruppen, {dn}.',
    'ldap-filter': 'Das ist kein LDAP-Filter wie (mail={user}).',
    attribute: 'Das ist kein Name eines Attributs wie mail.',
    servers: 'Höchstens 10 Server.',
    issuer: 'Das ist keine Adresse, die mit https:// beginnt.',
    'openid-scope': 'Die Bereiche brauchen openid.',
    'group-target': 'Diese Organisation oder dieses Team gibt es nicht.',
    'group-rule': 'Eine Gruppe gibt den Server oder eine Rolle in einer Organisation, nicht beides.',
    'saml-metadata': 'Das sind nicht die Metadaten eines SAML-2.0-Identitätsanbieters mit Zertifikaten zum Signieren.',
    csv: 'Die Liste ist nicht lesbar. Ihre erste Zeile nennt die Spalten: email und bei Bedarf role, team, assign.',
    'web-address': 'Das ist keine Adresse, die mit https:// beginnt.',
    'too-many-fields': 'Das hat mehr als {{limit}} Felder.',
    'too-many-values': 'Das hat mehr als {{limit}} Werte.',
    depth: 'Das ist zu tief verschachtelt.',
    'reservation-quota': 'Die Organisation hat von einem der Produkte nur {{limit}} Floating-Plätze.',
    'reservation-twice': 'Jedes Mitglied und jedes Team kann von jedem Produkt eine Reservierung haben.',
    'engine-lease': 'Mindestens {{limit}} Minuten, oder 0.',
    'cap-twice': 'Jedes Mitglied und jedes Team kann für jedes Produkt eine Obergrenze haben.',
    'cap-holder': 'Ein Mitglied oder Team einer Obergrenze gibt es nicht mehr. Wählen Sie neu.',
    'reservation-holder': 'Jemand hier ist kein Mitglied mehr, oder ein Team gibt es nicht mehr. Wählen Sie neu.',
  },
  code: {
    'not-found': 'Das gibt es nicht mehr. Vielleicht wurde es inzwischen gelöscht.',
    forbidden: 'Ihre Rolle erlaubt das nicht. Fragen Sie einen Administrator.',
    'organization-creation-closed':
      'Hier legt nur der Serveradministrator Organisationen an. Bitten Sie ihn um eine, oder den Besitzer oder einen Admin einer Organisation um eine Einladung.',
    'address-unverified':
      'Ihre E-Mail-Adresse ist nicht bestätigt, deshalb können Sie keine Organisation anlegen. Fordern Sie in Ihrem Profil eine Bestätigungsmail an, oder fragen Sie den Serveradministrator.',
    'account-unverified':
      'Die Adresse {{email}} ist nicht bestätigt: Das Konto kann jemand anderem gehören. Bestätigen Sie, dass es Administrator werden soll; dann wird ein neues Passwort gesetzt.',
    'password-check-unavailable':
      'Die Stärke des neuen Passworts ließ sich gerade nicht prüfen; es wurde nicht gesetzt. Versuchen Sie es in 10 Sekunden noch einmal.',
    'too-many-password-checks':
      'Der Server prüft für dieses Konto schon {{most}} neue Passwörter; dieses wurde nicht gesetzt. Versuchen Sie es in 10 Sekunden noch einmal.',
    'already-verified': 'Ihre E-Mail-Adresse ist schon bestätigt.',
    'unverified-owner':
      'Das Konto zu dieser Adresse besitzt eine Organisation. Melden Sie sich zuerst damit an, oder bitten Sie den Serveradministrator um einen Link für ein neues Passwort.',
    'cross-site-request':
      'Diese Anfrage kommt von einer Seite unter einer anderen Adresse. Öffnen Sie die Konsole unter {{serverUrl}}.',
    'stale-version':
      'Jemand anders hat das inzwischen geändert; von Ihnen wurde nichts gespeichert. Sehen Sie es sich an, und ändern Sie es dann noch einmal.',
    'not-signed-in': 'Melden Sie sich zuerst an.',
    'database-unavailable':
      'Der Server erreicht im Augenblick seine Datenbank nicht. Versuchen Sie es in 2 Sekunden wieder.',
    'internal-error':
      'Im Server ist etwas schiefgegangen. Sein Protokoll sagt, was; nennen Sie Ihrem Administrator die Uhrzeit.',
    unavailable: 'Der Server fährt herunter oder ist noch nicht bereit. Versuchen Sie es in 2 Sekunden wieder.',
    'server-stopping': 'Der Server fährt herunter. Versuchen Sie es in 2 Sekunden wieder.',
    'too-large': 'Das ist zu groß.',
    'invalid-request': 'Das nimmt der Server so nicht an: {{problems}}',
    'bad-request': 'Der Server versteht diese Anfrage nicht. Laden Sie die Seite neu.',
    'invalid-json': 'Der Inhalt der Anfrage ist kein gültiges JSON.',
    'unsupported-media-type': 'Der Server versteht diese Art von Inhalt nicht.',
    'invalid-url': 'Die Adresse der Anfrage ist ungültig.',
    'uri-too-long': 'Die Adresse der Anfrage ist zu lang.',
    'headers-too-large': 'Die Kopfzeilen der Anfrage sind zu groß. Löschen Sie die Cookies für diesen Server.',
    'method-not-allowed': 'Diese Adresse kennt diese Methode nicht. Die API ist unter /api beschrieben.',
    'request-timeout': 'Die Anfrage kam zu langsam an. Versuchen Sie es noch einmal.',
    'expectation-failed':
      'Der Server erfüllt keine andere Erwartung als 100-continue. Senden Sie die Anfrage ohne die Kopfzeile Expect.',
    'range-not-satisfiable': 'Die Datei hat diesen Bereich nicht. Laden Sie sie ganz herunter.',
    'https-required': 'Der Server ist nur über HTTPS erreichbar. Öffnen Sie die Adresse mit https://.',
    draining: 'Dieser Server hält gerade an und nimmt nichts Neues mehr an. Versuchen Sie es in 2 Sekunden wieder.',
    'setup-required': 'Dieser Server ist noch nicht eingerichtet. Öffnen Sie die Konsole, um ihn einzurichten.',

    'wrong-credentials': 'Die E-Mail-Adresse oder das Passwort ist falsch, oder das Konto ist gesperrt.',
    'client-password-misplaced':
      'Ein Client-Passwort gilt nur in Katalon Studio. Melden Sie sich hier mit dem Passwort Ihres Kontos an.',
    'address-missing': 'Der Identitätsanbieter hat keine E-Mail-Adresse geschickt. Fragen Sie einen Administrator.',
    'address-invalid': 'Der Identitätsanbieter hat eine E-Mail-Adresse geschickt, die dieser Server nicht annimmt.',
    'address-not-verified':
      'Der Identitätsanbieter bestätigt nicht, dass {{email}} Ihre Adresse ist. Bestätigen Sie sie dort, und melden Sie sich dann wieder an.',
    'domain-not-allowed':
      'Dieser Server nimmt {{email}} von diesem Identitätsanbieter nicht an. Bitten Sie einen Administrator, die Domain beim Anbieter einzutragen.',
    'account-missing': 'Für {{email}} gibt es hier kein Konto. Bitten Sie einen Administrator um eine Einladung.',
    'identity-taken':
      'Das Konto {{email}} ist mit einer anderen Person des Identitätsanbieters verknüpft. Fragen Sie den Serveradministrator.',
    'directory-unavailable':
      'Das Verzeichnis antwortet nicht; Passwörter lassen sich gerade nicht prüfen. Versuchen Sie es in 10 Sekunden wieder.',
    'directory-account-disabled':
      'Ihr Konto in {{provider}} ist deaktiviert. Wenden Sie sich an die Administration von {{provider}}.',
    'directory-account-expired':
      'Ihr Konto in {{provider}} ist abgelaufen. Wenden Sie sich an die Administration von {{provider}}.',
    'directory-password-expired':
      'Ihr Passwort in {{provider}} ist abgelaufen. Ändern Sie es dort, zum Beispiel bei der Anmeldung am Rechner, und versuchen Sie es dann wieder.',
    'wrong-current-password': 'Das jetzige Passwort ist falsch.',
    'scope-missing':
      'Diesem API-Schlüssel fehlt der Bereich {{scope}}. Legen Sie in Ihrem Profil einen Schlüssel damit an.',
    'service-account-refused': 'Ein Dienstkonto darf das nicht. Fragen Sie einen Administrator seiner Organisation.',
    'service-account-name-taken':
      'Ein Dienstkonto mit dem Namen {{name}} gibt es hier schon. Wählen Sie einen anderen.',
    'person-required':
      'API-Schlüssel dürfen das nicht. Melden Sie sich in der Konsole an, oder holen Sie mit Ihrem Passwort ein Zugriffstoken.',
    'confirmation-required': 'Bestätigen Sie zuerst mit Ihrem Passwort, dass Sie es sind.',
    'too-many-attempts': 'Zu viele Fehlversuche. Versuchen Sie es in {{retryAfter}} s wieder.',
    'too-many-attempts_account-and-address':
      'Zu viele fehlgeschlagene Anmeldungen an diesem Konto von Ihrer Adresse aus. Versuchen Sie es in {{retryAfter}} s wieder.',
    'too-many-attempts_account':
      'Zu viele fehlgeschlagene Anmeldungen an diesem Konto. Versuchen Sie es in {{retryAfter}} s wieder.',
    'too-many-attempts_address':
      'Zu viele fehlgeschlagene Anmeldungen von Ihrer Adresse aus. Versuchen Sie es in {{retryAfter}} s wieder.',
    'too-many-attempts_network':
      'Zu viele fehlgeschlagene Anmeldungen aus Ihrem Netz. Versuchen Sie es in {{retryAfter}} s wieder.',
    'too-many-attempts_codes':
      'Zu viele Codes einer Authenticator-App für dieses Konto an einem Tag. Nehmen Sie einen Wiederherstellungscode oder einen Passkey.',
    'too-many-attempts_setup-token':
      'Zu viele falsche Einrichtungsschlüssel von Ihrer Adresse aus. Versuchen Sie es in {{retryAfter}} s wieder.',
    'too-many-test-mails':
      'Ein Mailserver lässt sich höchstens sechsmal in der Minute testen. Versuchen Sie es in {{retryAfter}} s wieder.',
    'too-many-notifications':
      'Eine Organisation hat zu viele Ausführungsberichte in einer Minute verschickt. Versuchen Sie es in {{retryAfter}} s wieder.',
    'too-many-held':
      'Der Server erreicht seine Datenbank nicht, und zu viele Clients warten schon. Versuchen Sie es in 60 s wieder.',
    'late-answers-taken': 'Andere warten schon auf eine späte Antwort. Versuchen Sie es in 60 s wieder.',
    'sign-in-unavailable': 'Zu viele Anmeldungen warten gerade. Versuchen Sie es in 60 s wieder.',
    'too-many-api-keys':
      'Ein Konto kann höchstens {{most}} API-Schlüssel haben. Löschen Sie einen, den niemand mehr braucht.',
    'too-many-scim-tokens':
      'Ein Identitätsanbieter kann höchstens {{most}} SCIM-Token haben. Widerrufen Sie zuerst eines.',
    'too-many-service-accounts':
      'Die Organisation kann höchstens {{most}} Dienstkonten haben. Löschen Sie eines, das niemand mehr braucht.',
    'too-many-client-passwords':
      'Ein Konto kann höchstens {{most}} Client-Passwörter haben. Löschen Sie eines, das niemand mehr braucht.',
    'unsupported-encoding': 'Der Server nimmt keine komprimierten Anfragen an. Senden Sie die Daten unkomprimiert.',
  },
};
