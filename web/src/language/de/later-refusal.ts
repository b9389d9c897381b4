/** Refusals by their code that the sign-in page never shows: they come with the words of the other pages. */
export const laterRefusal: { code: Readonly<Record<string, string>> } = {
  code: {
    'no-backup-folder':
      'Es ist kein Ordner für Sicherungen eingestellt. Setzen Sie BACKUP_DIR in der Konfiguration dieses Servers, und starten Sie ihn neu.',
    'backup-under-way': 'Dieser Server schreibt gerade eine Sicherung. Warten Sie, bis sie fertig ist.',
    'member-managed': 'Diese Rolle kommt aus den Gruppen von {{provider}}. Ändern Sie dort die Gruppen der Person.',
    'second-factor-required':
      'Ihr Konto braucht einen zweiten Schritt bei der Anmeldung. Richten Sie zuerst eine Authenticator-App oder einen Passkey ein.',
    'kept-by-provider': 'Ihr Passwort und Ihre Adresse liegen bei {{providers}}. Ändern Sie sie dort.',
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
    'too-many-organizations':
      'Ein Konto kann höchstens {{most}} Organisationen besitzen. Löschen Sie eine, oder übertragen Sie sie einem anderen Mitglied.',
    'too-many-teams': 'Eine Organisation kann höchstens {{most}} Teams haben. Löschen Sie zuerst eines.',
    'too-many-members':
      'Die Organisation hat die Grenze von {{most}} Mitgliedern erreicht. Bitten Sie einen Administrator der Organisation, eines zu entfernen.',
    'too-many-views': 'Sie können höchstens {{most}} Ansichten speichern. Löschen Sie zuerst eine.',
    'too-many-webhooks': 'Es kann höchstens {{most}} Webhooks geben. Löschen Sie zuerst einen.',
    'too-many-webhook-tests':
      'Webhooks lassen sich höchstens sechsmal in der Minute testen. Versuchen Sie es in {{retryAfter}} s wieder.',
    'webhook-disabled': 'Der Webhook ist deaktiviert, also wird nichts gesendet. Aktivieren Sie ihn zuerst.',
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
    'not-yourself':
      'Das ist Ihr eigenes Konto. Ändern Sie es einzeln, oder bitten Sie eine andere Administratorin oder einen anderen Administrator.',
    'denied-by-pattern':
      'Ein Muster oder die Liste der erlaubten Rechner schließt diesen Rechner aus. Ändern Sie sie in den Richtlinien.',
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
    'listed-twice': 'Steht schon weiter oben in der Liste.',
    'unknown-value': 'Die Rolle ist ADMIN, BILLING_MANAGER oder USER, die Plätze sind KSE oder KRE.',
    'unknown-team': 'Dieses Team gibt es nicht. Legen Sie es zuerst an.',

    'owner-by-transfer':
      'Der Besitzer lässt sich nicht per Import ändern. Übertragen Sie die Organisation, oder geben Sie eine andere Rolle an.',
    'one-team-invited':
      'Eine Einladung führt in ein Team, als USER. Importieren Sie die Datei noch einmal, wenn die Person angenommen hat.',
    'owner-stays':
      'Das ist der Besitzer der Organisation. Übertragen Sie die Organisation zuerst einem anderen Mitglied.',
    'saml-key-exists':
      'Es gibt schon einen zweiten Schlüssel. Verwenden Sie ihn, oder entfernen Sie einen, bevor Sie einen weiteren erstellen.',
    'saml-key-in-use': 'Dieser Schlüssel ist in Gebrauch. Verwenden Sie einen anderen, bevor Sie ihn entfernen.',
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
    'policy-beyond-license_borrowMaxDays': 'Die Lizenz erlaubt, Plätze höchstens {{bound}} Tage auszuleihen.',
    'lease-token-ended':
      'Der Platz dieses Lease-Tokens wurde zurückgegeben oder ist abgelaufen, oder er gehört zu einer anderen Organisation oder einem anderen Produkt. Starten Sie Runtime Engine mit „license-server seat run“, oder melden Sie es mit einem API-Schlüssel an.',
    'lease-token-unfit':
      'Runtime Engine kann den Platz dieses Lease-Tokens nicht übernehmen: Er ist an einen Rechner gebunden oder von einer Art, die Runtime Engine nicht nutzen darf. Melden Sie es mit einem API-Schlüssel an.',
    'lease-token-used':
      'Runtime Engine nutzt den Platz dieses Lease-Tokens auf einem anderen Rechner. Starten Sie es mit dem Token eines eigenen Platzes.',
    'borrow-seats-kept':
      'Alle Plätze für $t(app.productName.{{product}}), die nach den Richtlinien ausgeliehen werden dürfen, sind ausgeliehen. Nehmen Sie einen Platz, ohne ihn auszuleihen, oder warten Sie, bis einer zurückkommt.',
    'borrow-too-long':
      'So lange leiht die Organisation Plätze für $t(app.productName.{{product}}) nicht aus. Wählen Sie ein früheres Datum.',
    'borrow-beyond-license': 'Vorher endet eine Lizenz. Wählen Sie ein früheres Datum.',
    'borrow-not-allowed':
      'Plätze für $t(app.productName.{{product}}) werden nicht ausgeliehen: Die Lizenz oder die Richtlinien der Organisation erlauben es nicht.',
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
    'license-expired':
      'Die Lizenz ist abgelaufen. Bitten Sie den Hersteller um eine neue, oder stellen Sie die Uhr des Servers, falls sie falsch geht.',
    'license-issued-later':
      'Die Lizenz wurde am {{issuedAt}} ausgestellt, und die Uhr dieses Servers steht auf {{now}}. Stellen Sie die Uhr, und installieren Sie die Lizenz dann.',
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

    'logo-invalid_type': 'Ein Logo muss ein PNG-, JPEG- oder WebP-Bild sein.',
    'logo-invalid_damaged': 'Dieses Bild ist beschädigt oder hat angehängte Daten. Exportieren Sie es noch einmal.',
    'logo-invalid_dimensions': 'Ein Logo muss 16 bis 1.024 Pixel breit und hoch sein.',
    'logo-too-large': 'Ein Logo hat höchstens 128 KiB.',

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
