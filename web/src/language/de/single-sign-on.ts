import type { singleSignOn as english } from '../en/single-sign-on';
import type { Translation } from '../translation';

export const singleSignOn: Translation<typeof english> = {
  refused: {
    other:
      'Die Anmeldung über den Identitätsanbieter wurde abgelehnt. Versuchen Sie es noch einmal oder fragen Sie Ihren Administrator.',
    'provider-unavailable':
      'Der Identitätsanbieter antwortet nicht. Versuchen Sie es später noch einmal oder melden Sie sich mit einem Passwort an.',
    'provider-misconfigured':
      'Single Sign-on ist nicht richtig eingerichtet. Bitten Sie Ihren Administrator, den Identitätsanbieter zu testen.',
    'provider-refused':
      'Der Identitätsanbieter hat Sie nicht angemeldet. Bitten Sie Ihr Identity-Team um Zugang zu diesem Server.',
    'provider-answer-invalid':
      'Die Antwort des Identitätsanbieters war ungültig, deshalb sind Sie nicht angemeldet. Versuchen Sie es noch einmal. Passiert es wieder, fragen Sie Ihren Administrator.',
    'provider-clock':
      'Die Uhren dieses Servers und des Identitätsanbieters gehen um mehr als eine Minute auseinander, deshalb sind Sie nicht angemeldet. Bitten Sie Ihren Administrator, sie zu stellen.',
    'provider-too-many-groups':
      'Sie sind in mehr Gruppen, als der Identitätsanbieter sendet. Bitten Sie Ihr Identity-Team, nur die Gruppen zu senden, die dieser Server braucht.',
    'sign-in-expired':
      'Diese Anmeldung ist abgelaufen, wurde schon benutzt oder begann in einem anderen Browser. Melden Sie sich noch einmal an.',
    'address-missing':
      'Der Identitätsanbieter hat keine E-Mail-Adresse gesendet. Bitten Sie Ihren Administrator, das einzurichten.',
    'address-invalid':
      'Der Identitätsanbieter hat eine E-Mail-Adresse gesendet, die dieser Server nicht verwenden kann.',
    'address-not-verified':
      'Der Identitätsanbieter bestätigt nicht, dass die E-Mail-Adresse Ihnen gehört. Bestätigen Sie sie dort und melden Sie sich noch einmal an.',
    'domain-not-allowed':
      'Dieser Server nimmt Ihre E-Mail-Adresse von diesem Identitätsanbieter nicht an. Bitten Sie Ihren Administrator, die Domain dort einzutragen.',
    'account-missing': 'Sie haben kein Konto auf diesem Server. Bitten Sie einen Administrator um eine Einladung.',
    'identity-taken':
      'Ihr Konto ist mit einer anderen Person beim Identitätsanbieter verknüpft. Fragen Sie einen Administrator des Servers.',
    'account-disabled': 'Ihr Konto ist gesperrt. Fragen Sie einen Administrator des Servers.',
  },
  confirm: 'Noch einmal mit {{name}} anmelden, dann die Aktion wiederholen',
  linked: {
    title: 'Single Sign-on und Verzeichnisse',
    text: 'Ihr Konto ist hiermit verknüpft. Nutzen Sie Single Sign-on, melden Sie sich in Katalon Studio mit einem Clientpasswort an.',
    lastSeen: 'zuletzt angemeldet',
  },
  admin: {
    title: 'Identität',
    text: 'Lassen Sie Menschen sich mit den Konten Ihres Unternehmens anmelden.',
    none: 'Kein Identitätsanbieter ist verbunden',
    noneText:
      'Verbinden Sie Entra ID, Okta, Keycloak, Google oder einen anderen OpenID-Anbieter, oder Ihr Active Directory.',
    connect: 'Verbinden',
    connectKind: '{{kind}} verbinden',
    kindTitle: 'Art',
    kind: { oidc: 'OpenID Connect', ldap: 'LDAP / Active Directory', saml: 'SAML 2.0' },
    oidcText:
      'Registrieren Sie diesen Server bei Ihrem Anbieter als Webanwendung und tragen Sie ein, was der Anbieter Ihnen zeigt.',
    ldapText:
      'Menschen melden sich mit Name und Passwort Ihres Verzeichnisses an, in der Konsole und in Katalon Studio.',
    settings: 'Einstellungen',
    name: 'Name',
    nameHint: 'Er steht auf der Anmeldeseite.',
    state: 'Zustand',
    on: 'An',
    off: 'Aus',
    accounts: 'Konten',
    enabled: 'Die Anmeldung mit diesem Anbieter ist erlaubt',
    issuer: 'Aussteller',
    issuerHint: 'Die Adresse des Anbieters (Issuer), ohne /.well-known.',
    clientId: 'Client-ID',
    clientIdHint: 'Der Anbieter zeigt sie nach der Registrierung.',
    clientSecret: 'Clientgeheimnis',
    clientSecretHint: 'Oder ein privater Schlüssel in PEM-Form.',
    secretStored: 'Leer lassen, um das gespeicherte zu behalten.',
    scopes: 'Scopes',
    scopesHint: 'Durch Leerzeichen getrennt.',
    groupsClaim: 'Claim mit den Gruppen',
    groupsClaimHint: 'Leer: Gruppen entscheiden hier nichts.',
    authorityHint: 'In PEM-Form, falls eine private Stelle das Zertifikat des Anbieters signiert hat.',
    metadata: 'Metadaten',
    metadataHint: 'Nur wenn dieser Server das Discovery-Dokument nicht abrufen kann: hier als JSON einfügen.',
    domains: 'Domains',
    domainsHint: 'Der Anbieter bürgt für E-Mail-Adressen dieser Domains. Nur dort werden vorhandene Konten verknüpft.',
    domainsLdap: 'Leer: Das Verzeichnis bürgt für alle Adressen.',
    provisioning: 'Personen ohne Konto',
    create: 'Bekommen eines bei der ersten Anmeldung',
    existing: 'Können sich nicht anmelden',
    groups: 'Gruppen',
    groupsHint: 'Was eine Gruppe gibt, wird bei jeder Anmeldung geprüft. Wer die Gruppe verlässt, verliert es.',
    group: 'Gruppe',
    gives: 'Gibt',
    root: 'Den ganzen Server (Administrator)',
    role: 'Rolle',
    addGroup: 'Gruppe hinzufügen',
    removeGroup: 'Gruppe {{group}} entfernen',
    save: 'Speichern',
    saved: 'Der Anbieter ist gespeichert.',
    connected: 'Der Anbieter ist verbunden.',
    remove: 'Trennen',
    removeTitle: '{{name}} trennen?',
    removeText: 'Konten und ihre Rollen bleiben, aber die Anmeldung mit diesem Anbieter ist nicht mehr möglich.',
    removed: 'Der Anbieter ist getrennt.',
    plainIssuer: 'Der Anbieter wird unverschlüsselt erreicht (http://). Verwenden Sie im Betrieb https://.',
    plainLdap:
      'Zu ldap://-Adressen gehen Passwörter unverschlüsselt. Verwenden Sie ldaps:// oder schalten Sie StartTLS ein.',
    register: 'Beim Anbieter eintragen',
    registerText: 'Tragen Sie diese Adressen ein, wo Ihr Anbieter die Einstellungen dieser Anwendung hat.',
    redirectUri: 'Weiterleitungsadresse (Redirect URI)',
    signOutUri: 'Adresse nach dem Abmelden (Post-Logout Redirect URI)',
    logoutUri: 'Back-Channel-Logout-URI',
    test: 'Testen',
    testText: 'Probiert die gespeicherten Einstellungen und zeigt jeden Schritt.',
    testUnsaved: 'Probiert die gespeicherten Einstellungen: Speichern Sie Ihre Änderungen zuerst.',
    testUser: 'Benutzer (freiwillig)',
    testGood: 'Der Anbieter kann verwendet werden.',
    testBad: 'Etwas stimmt nicht.',
    stepGood: 'Gut',
    stepBad: 'Fehlgeschlagen',
    url: 'Server',
    urlHint: 'Durch Leerzeichen getrennt. Fällt einer aus, wird der nächste verwendet.',
    startTls: 'ldap://-Verbindungen mit StartTLS verschlüsseln',
    bindDn: 'Benutzer für die Suche',
    bindDnHint: 'Leer: Das Verzeichnis darf von allen durchsucht werden.',
    bindPasswordHint: 'Das Passwort des Benutzers für die Suche.',
    userBase: 'Wo Personen stehen',
    userFilter: 'Filter für Personen',
    groupBase: 'Wo Gruppen stehen',
    groupFilter: 'Filter für Gruppen',
  },
};
