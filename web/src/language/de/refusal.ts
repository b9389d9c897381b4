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
    saml: 'SAML 2.0 gibt es in dieser Version nicht. Verbinden Sie den Anbieter mit OpenID Connect.',
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
    'member-managed': 'Diese Rolle kommt aus den Gruppen von {{provider}}. Ändern Sie dort die Gruppen der Person.',
    'second-factor-required':
      'Ihr Konto braucht einen zweiten Schritt bei der Anmeldung. Richten Sie zuerst eine Authenticator-App oder einen Passkey ein.',
    'last-second-factor':
      'Ihr Konto braucht einen zweiten Faktor. Richten Sie einen anderen ein, bevor Sie diesen entfernen.',
    'passkey-refused':
      'Der Passkey wurde nicht angenommen. Versuchen Sie es noch einmal, oder wählen Sie einen anderen Weg.',
    'passkey-taken': 'Dieser Passkey ist schon eingerichtet.',
    'passkeys-unavailable':
      'Passkeys brauchen eine Adresse des Servers (SERVER_URL), die mit https:// beginnt und einen Hostnamen hat.',
    'wrong-code': 'Der Code ist falsch. Geben Sie den Code ein, den Ihre App jetzt zeigt.',
    'code-used': 'Dieser Code wurde schon benutzt. Warten Sie, bis Ihre App den nächsten zeigt.',
    'clock-off':
      'Der Code stimmt, aber nicht zu dieser Zeit. Prüfen Sie die Uhr Ihres Telefons: Stellen Sie sie auf automatisch, und geben Sie dann den nächsten Code ein.',
    'sign-in-expired': 'Die Anmeldung ist abgelaufen. Geben Sie Ihr Passwort noch einmal ein.',
    'no-factor-begun': 'Keine Authenticator-App wartet auf ihren ersten Code. Beginnen Sie noch einmal.',
    'too-many-second-factors':
      'Ein Konto kann höchstens {{most}} Authenticator-Apps und Passkeys haben. Entfernen Sie etwas, das Sie nicht mehr brauchen.',
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
    'too-many-service-accounts':
      'Die Organisation kann höchstens {{most}} Dienstkonten haben. Löschen Sie eines, das niemand mehr braucht.',
    'too-many-client-passwords':
      'Ein Konto kann höchstens {{most}} Client-Passwörter haben. Löschen Sie eines, das niemand mehr braucht.',
    'unsupported-encoding': 'Der Server nimmt keine komprimierten Anfragen an. Senden Sie die Daten unkomprimiert.',
    'too-many-organizations':
      'Ein Konto kann höchstens {{most}} Organisationen besitzen. Löschen Sie eine, oder übertragen Sie sie einem anderen Mitglied.',
    'too-many-teams': 'Eine Organisation kann höchstens {{most}} Teams haben. Löschen Sie zuerst eines.',
    'too-many-members':
      'Die Organisation hat die Grenze von {{most}} Mitgliedern erreicht. Bitten Sie einen Administrator der Organisation, eines zu entfernen.',
    'plugin-quota-reached':
      'Die privaten Plugins einer Organisation dürfen zusammen höchstens {{most}} MB haben. Löschen Sie zuerst einige.',
    'too-many-event-streams':
      'Ein Konto kann höchstens {{most}} Ereignisströme offen haben. Schließen Sie zuerst andere Tabs oder Programme.',
    'too-many-waiting':
      'Sie haben {{most}} Anfragen, die auf einen Platz dieser Organisation warten, und mehr dürfen es nicht sein. Versuchen Sie es wieder, wenn einige davon erledigt sind.',
    'too-many-waiting-here':
      'Auf die Plätze dieser Organisation warten {{most}} Anfragen, und mehr dürfen es nicht sein. Versuchen Sie es später wieder.',
    'seats-exhausted':
      'Alle Plätze für $t(app.productName.{{product}}) sind belegt. Wer sie hat, steht unter Lizenzen; beenden Sie dort eine Sitzung, oder versuchen Sie es später wieder.',
    'not-licensed':
      'Die Organisation hat keine Plätze für $t(app.productName.{{product}}). Fragen Sie Ihren Administrator.',
    'others-waiting':
      'Andere warten schon auf den nächsten Platz für $t(app.productName.{{product}}). Versuchen Sie es später wieder.',
    'seat-used-elsewhere':
      'Ihr Platz für $t(app.productName.{{product}}) wird auf einem anderen Rechner benutzt. Schließen Sie das Programm dort, oder beenden Sie die Sitzung in der Konsole.',
    'not-a-member': 'Sie sind kein Mitglied der Organisation mehr. Bitten Sie einen Administrator um eine Einladung.',
    'no-organization':
      'Sie sind in keiner Organisation. Bitten Sie den Besitzer oder einen Admin einer Organisation um eine Einladung.',
    'lease-ended': 'Diese Sitzung ist schon beendet. Holen Sie einen neuen Platz.',
    'invalid-lease-token': 'Das Token dieser Sitzung ist ungültig oder abgelaufen.',
    'foreign-lease-token': 'Das Token gehört zu einer anderen Sitzung.',
    'user-limit-reached':
      'Sie haben so viele Plätze, wie ein Konto auf diesem Server gleichzeitig haben darf. Beenden Sie zuerst eine Ihrer Sitzungen, oder bitten Sie den Serveradministrator um eine höhere Grenze.',
    'cap-reached':
      'Sie oder eines Ihrer Teams haben so viele Plätze, wie die Richtlinien der Organisation erlauben. Beenden Sie eine andere Sitzung, oder fragen Sie einen Administrator.',
    'session-replaced':
      'Studio wurde auf diesem Rechner mit Ihrem Konto noch einmal gestartet, und das neuere hat Ihren Platz. Schließen Sie eines der beiden.',
    'license-ending':
      'Die Lizenz endet in weniger als einer Minute. Bitten Sie Ihren Administrator, eine neue zu installieren, oder versuchen Sie es in einer Minute wieder, wenn die nächste dann beginnt.',
    'features-not-accepted':
      'Der Lizenz fehlt das Merkmal, das der Client verlangt: für Studio eines, dessen Schlüssel „gui“ enthält, für Runtime Engine „cli“. Bitten Sie Ihren Administrator um eine berichtigte Lizenz des Herstellers.',
    'too-many-invitations-today':
      'Eine Organisation kann höchstens {{most}} Einladungen am Tag anlegen. Versuchen Sie es nach Mitternacht (UTC) wieder, oder bitten Sie den Serveradministrator um mehr.',
    'too-many-resends-today':
      'Eine Organisation kann höchstens {{most}} Einladungen am Tag erneut senden. Versuchen Sie es nach Mitternacht (UTC) wieder, oder bitten Sie den Serveradministrator um mehr.',
    'too-many-mails-today':
      'Eine Organisation kann höchstens {{most}} Mails am Tag senden. Versuchen Sie es nach Mitternacht (UTC) wieder, oder bitten Sie den Serveradministrator um mehr.',
    'address-not-provable':
      'Dieser Server kann keine Mails senden, also lässt sich die Adresse nicht mit einem Link bestätigen. Bürgen Sie selbst für sie.',
    'too-many-address-changes':
      'Sie können höchstens fünf Änderungen Ihrer Adresse in der Stunde anfordern. Versuchen Sie es in {{retryAfter}} s wieder.',
    'email-taken': 'Für {{email}} gibt es schon ein Konto.',
    'last-administrator':
      'Das ist der letzte Administrator des Servers. Machen Sie zuerst jemand anderen zum Administrator.',
    'own-account': 'Sie können Ihr eigenes Konto nicht löschen. Bitten Sie einen anderen Serveradministrator.',
    'owns-organizations':
      'Das Konto besitzt {{organizations}}. Übertragen Sie zuerst die Inhaberschaft, oder löschen Sie die Organisation.',
    'audit-log-busy':
      'Das Audit-Log ist beschäftigt, und die Person ist noch nicht ganz gelöscht; das Konto ist gesperrt. Versuchen Sie es in {{retryAfter}} s wieder.',
    'account-disabled': 'Dieses Konto ist gesperrt. Bitten Sie den Serveradministrator, es freizugeben.',

    'link-used': 'Dieser Link wurde bereits benutzt, um das Passwort zurückzusetzen.',
    'link-used_invitation':
      'Dieser Link wurde bereits benutzt, um das Passwort zurückzusetzen. Er war eine Einladung, und sie ist angenommen: Melden Sie sich mit Ihrer E-Mail-Adresse und Ihrem Passwort an.',
    'link-expired': 'Dieser Link ist abgelaufen. Bitten Sie um einen neuen.',
    'link-unknown': 'Dieser Link ist ungültig, oder ein neuerer hat ihn ersetzt. Bitten Sie um einen neuen.',
    'other-account': 'Die Einladung kann nicht angenommen werden.',
    'invitation-revoked': 'Diese Einladung wurde zurückgezogen. Fragen Sie, wer Sie eingeladen hat.',
    'invitation-closed':
      'Diese Einladung ist schon angenommen oder zurückgezogen. Laden Sie die Adresse bei Bedarf neu ein.',
    'account-exists':
      'Für diese Adresse gibt es schon ein Konto. Nehmen Sie die Einladung ohne neues Passwort an, und melden Sie sich mit diesem Konto an.',
    'invalid-email': 'Das ist keine E-Mail-Adresse.',
    'already-a-member': 'Ist schon Mitglied.',
    'nobody-invited': 'Geben Sie mindestens eine E-Mail-Adresse ein.',
    'already-invited': 'Ist schon eingeladen. Senden Sie bei Bedarf jene Einladung erneut.',

    'owner-stays':
      'Das ist der Besitzer der Organisation. Übertragen Sie die Organisation zuerst einem anderen Mitglied.',
    'provider-name-taken': 'Ein Identitätsanbieter mit dem Namen {{name}} ist schon verbunden.',
    'team-name-taken': 'Ein Team mit dem Namen {{name}} gibt es schon.',

    'seats-in-use': 'In dieser Organisation werden noch Plätze benutzt. Beenden Sie zuerst diese Sitzungen.',
    'no-seat-to-assign':
      'Von {{quota}} Plätzen für $t(app.productName.{{product}}) ist keiner frei. Entziehen Sie zuerst einen.',
    'licensed-already':
      'Dieses Mitglied hat schon einen Platz für $t(app.productName.{{product}}). Entziehen Sie stattdessen den anderen.',
    'allocation-exceeded':
      'Die Lizenzen gewähren {{granted}} Plätze für $t(app.productName.{{product}}) ($t(app.model.{{model}})), davon haben andere Organisationen {{others}}.',
    'machine-registered':
      'Der andere Rechner hat schon einen solchen Platz. Entfernen Sie stattdessen einen der beiden.',
    'wildcard-machine-id': 'Eine Lizenz gilt für einen Rechner: Diese Rechner-ID steht für viele.',
    'machine-id-not-accepted':
      'Das ist keine Rechner-ID: Sie besteht aus 16 bis 128 Hexadezimalziffern und Bindestrichen, genau wie der Client sie zeigt.',
    'shared-machine-id':
      'Diese Rechner-ID haben alle Rechner, deren eigene nicht lesbar ist. Damit gibt es nur gleichzeitige Plätze. Geben Sie dem Rechner zuerst eine eigene ID.',
    'unaddressable-machine-id': 'Eine Rechner-ID darf nicht „.“ oder „..“ sein.',
    'policy-beyond-license_leaseMinutes': 'Die Lizenz erlaubt eine Leihdauer von höchstens {{bound}} Minuten.',
    'policy-beyond-license_engineLeaseMinutes': 'Die Lizenz erlaubt eine Leihdauer von höchstens {{bound}} Minuten.',
    'policy-beyond-license_overQuotaPercent':
      'Die Lizenz erlaubt höchstens {{bound}} Prozent der Plätze über das Kontingent hinaus.',
    'no-offline-seat_share-used':
      'Kein Platz für $t(app.productName.{{product}}) ist frei für eine Offline-Lizenz: So viele, wie die Lizenz erlaubt, sind schon vergeben.',
    'policy-list-full':
      'Die Liste der verbotenen Rechner ist mit {{most}} Einträgen voll. Ersetzen Sie zuerst einige durch ein Muster.',
    'no-offline-seat_none-free':
      'Kein Platz für $t(app.productName.{{product}}) ist frei für eine Offline-Lizenz. Geben Sie zuerst einen frei.',
    'no-offline-seat_reserved':
      'Die freien Plätze für $t(app.productName.{{product}}) sind für Benutzer oder Teams reserviert. Ändern Sie zuerst die Reservierungen in den Richtlinien.',
    'machine-denied': 'Die Richtlinien der Organisation verbieten diesen Rechner.',
    'address-not-for-studio':
      'Der Dialog von Katalon Studio nimmt diese E-Mail-Adresse nicht an. Wem sie gehört, der kann in der Konsole einen API-Schlüssel erstellen und Studio mit irgendeiner anderen gültigen E-Mail-Adresse und dem Schlüssel als Passwort aktivieren. Oder laden Sie eine andere Adresse ein.',
    'file-not-for-studio_runtime-engine':
      'Diese Lizenz ist für Runtime Engine, das nur Dateien annimmt, die der Hersteller signiert hat. Bitten Sie ihn um eine Datei für diese Rechner-ID.',
    'file-not-for-studio_features':
      'Dieser Lizenz fehlt ein Merkmal, dessen Schlüssel „gui“ enthält: Katalon Studio würde sie nicht annehmen. Bitten Sie den Hersteller um eine berichtigte Lizenz.',
    'no-offline-seat_not-allowed': 'Die Lizenz erlaubt keine Offline-Benutzung von $t(app.productName.{{product}}).',

    'wrong-setup-token':
      'Das ist nicht der Einrichtungsschlüssel. Der Server gibt ihn beim Start aus und bewahrt ihn in seinem Datenordner in der Datei setup-token auf.',
    'already-set-up': 'Dieser Server ist schon eingerichtet. Melden Sie sich an, um etwas zu ändern.',
    'license-required': 'Laden Sie zuerst die Lizenzdatei hoch, oder beginnen Sie den Testbetrieb.',
    'evaluation-used': 'Diese Installation hatte ihre Testlizenz schon. Bitten Sie den Hersteller um eine Lizenzdatei.',
    'evaluation-not-offered': 'Diese Ausgabe bietet keinen Testbetrieb. Bitten Sie den Hersteller um eine Lizenzdatei.',
    'newer-license-installed': 'Eine neuere Ausgabe der Lizenz {{license}} ist schon installiert.',
    'license-empty': 'Die Lizenzdatei ist leer.',
    'license-too-large': 'Eine Lizenzdatei hat höchstens 64 KiB; das ist keine.',
    'license-unreadable': 'Das ist keine Lizenzdatei. Wählen Sie die .lic-Datei des Herstellers.',
    'disk-full':
      'Die Festplatte des Servers oder seiner Datenbank ist voll, deshalb wurde nichts gespeichert. Bitten Sie den Administrator, Platz zu schaffen.',
    'license-damaged_character':
      'Zeile {{line}} der Lizenzdatei hat das Zeichen {{character}}, das in keiner Lizenzdatei steht: Ein Programm hat sie unterwegs verändert. Lassen Sie sie sich als Anhang schicken.',
    'license-damaged_no-end': 'Das Ende der Lizenzdatei fehlt. Kopieren Sie sie ganz.',
    'license-damaged_no-beginning': 'Der Anfang der Lizenzdatei fehlt. Kopieren Sie sie ganz.',
    'license-damaged_several': 'In diesem Text sind mehrere Lizenzdateien. Installieren Sie eine nach der anderen.',
    'statement-of-time-used':
      'Dieser Server hatte schon eine Datei, die später ausgestellt ist als diese Zeitbescheinigung. Bitten Sie den Hersteller um eine neue.',
    'license-unknown-key':
      'Dieser Server kennt den Schlüssel nicht, mit dem die Lizenzdatei signiert ist. Bitten Sie den Hersteller um eine Lizenzdatei für diesen Server. Nur ohne eingebauten Schlüssel: Ergänzen Sie den des Herstellers in VENDOR_KEY_FILES, und starten Sie den Server neu.',
    'license-expired': 'Die Lizenz ist abgelaufen. Bitten Sie den Hersteller um eine neue.',
    'license-expired_clock-ahead':
      'Die Lizenz ist abgelaufen. Die Uhr dieses Servers stand einmal auf {{recordedTime}}, und Lizenzen zählen nach dieser Zeit; jetzt steht sie auf {{now}}. Ging sie damals falsch, installieren Sie eine Lizenzdatei, die der Hersteller jetzt ausstellt, oder bitten Sie ihn um eine Zeitbescheinigung.',
    'license-content':
      'Der Inhalt der Lizenzdatei ist nicht in Ordnung. Bitten Sie den Hersteller um eine berichtigte Datei.',
    'license-algorithm':
      'Die Lizenzdatei ist auf eine Art signiert, die dieser Server nicht annimmt. Bitten Sie den Hersteller um eine Lizenzdatei für diesen Server.',
    'license-other-server':
      'Diese Lizenz ist an einen anderen Server gebunden. Nennen Sie dem Hersteller die Server-ID von diesem hier.',
    'license-altered':
      'Die Signatur der Lizenzdatei passt nicht zu ihrem Inhalt: Sie wurde verändert oder beschädigt. Bitten Sie den Hersteller erneut darum.',

    'no-mail-server': 'Es gibt keinen Mailserver. Bitten Sie einen Administrator, einen einzurichten.',

    'plugin-too-large': 'Ein Plugin-Paket hat hier höchstens {{largestMegabytes}} MB (Einstellung PLUGIN_MAX_MB).',
    'plugin-metadata-missing': 'Dem Paket fehlt der Name oder die Version. Geben Sie beides beim Hochladen an.',
    'plugin-version-exists':
      'Die Bibliothek hat {{name}} {{version}} schon. Löschen Sie das zuerst, oder geben Sie diesem eine andere Version.',
    'plugin-package-invalid_not-a-zip': 'Das ist weder eine .jar- noch eine .zip-Datei.',
    'plugin-package-invalid_no-jar': 'Das ist weder ein Jar noch ein Zip mit Jars darin.',
    'plugin-package-invalid_empty': 'Dieses Paket ist leer.',
    'plugin-package-invalid_encrypted': 'Dieses Paket ist verschlüsselt; packen Sie es ohne Passwort.',
    'plugin-package-invalid_truncated':
      'Dieses Paket ist abgeschnitten: Sein Ende fehlt. Laden Sie die ganze Datei noch einmal hoch.',
    'plugin-package-invalid_damaged': 'Dieses Paket ist beschädigt. Packen oder laden Sie es noch einmal.',
    'plugin-package-invalid_unsafe-name':
      'Dieses Paket enthält eine Datei, deren Name aus seinem Ordner hinausführt oder nicht erlaubt ist.',
    'plugin-package-invalid_link': 'Dieses Paket enthält einen symbolischen Link.',
    'plugin-package-invalid_bomb': 'Dieses Paket wird beim Auspacken viel zu groß.',
    'plugin-content-missing': 'Dem Server fehlt die Datei dieses Plugins. Laden Sie das Paket noch einmal hoch.',
    'private-plugins-not-licensed':
      'Die Lizenz der Organisation enthält keine privaten Plugins. Bitten Sie den Hersteller um eine, die sie enthält, oder den Serveradministrator, das Plugin für alle zu veröffentlichen.',
    'plugin-storage-full':
      'Wo der Server seine Plugins aufbewahrt, ist kein Platz mehr; nichts wurde gespeichert. Bitten Sie den Serveradministrator um Platz, oder löschen Sie Plugins, die niemand braucht.',
  },
};
