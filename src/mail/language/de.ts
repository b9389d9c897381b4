import { type FactorChange, type PoolCapacity, type SharedSettings } from '../facts.js';
import { type MailTexts } from './en.js';

const aboutAccount = 'Sie erhalten diese E-Mail, weil sie Ihr Konto auf dem Lizenzserver betrifft.';
const aboutMembership = (organization: string): string =>
  `Sie erhalten diese E-Mail, weil sie Ihre Mitgliedschaft in ${organization} auf dem Lizenzserver betrifft.`;
const aboutSeat = (organization: string): string =>
  `Sie erhalten diese E-Mail, weil Sie Plätze von ${organization} auf dem Lizenzserver benutzen. In Ihrem Profil können Sie diese E-Mails abschalten.`;
const aboutAdministration = (organization: string): string =>
  `Sie erhalten diese E-Mail, weil Sie ${organization} verwalten. In Ihrem Profil können Sie diese E-Mails abschalten.`;
const aboutServer =
  'Sie erhalten diese E-Mail, weil Sie den Lizenzserver verwalten. In Ihrem Profil können Sie diese E-Mails abschalten.';
const open = 'Lizenzserver öffnen';

const day = (date: Date): string => date.toISOString().slice(0, 10).split('-').reverse().join('.');
const moment = (date: Date): string => `${day(date)}, ${date.toISOString().slice(11, 16)} Uhr UTC`;
const seats = (count: number, product: string): string => `${count} ${count === 1 ? 'Platz' : 'Plätze'} für ${product}`;

/** As in the console. */
const roles: Record<string, string> = {
  OWNER: 'Besitzer',
  ADMIN: 'Admin',
  BILLING_MANAGER: 'Rechnungsverwalter',
  USER: 'Benutzer',
};
const roleName = (role: string): string => roles[role] ?? role;

/** What CI counts; the status of a run stays as CI wrote it. */
const totalNames: Record<string, string> = {
  total: 'gesamt',
  passed: 'bestanden',
  failed: 'fehlgeschlagen',
  errors: 'Fehler',
  skipped: 'übersprungen',
};

const monthName = (month: Date): string =>
  month.toLocaleDateString('de-DE', { month: 'long', year: 'numeric', timeZone: 'UTC' });

/** As in the console. */
const modelNames = { 'per-user': 'Pro Benutzer', 'node-locked': 'Gerätegebunden', floating: 'Floating' } as const;

const capacityAnswer = ({ subscribed, suggestedSeats, fullOn }: PoolCapacity): string => {
  const missing = suggestedSeats - subscribed;
  const more = missing === 1 ? 'einem weiteren Platz' : `${missing} weiteren Plätzen`;
  const enough = fullOn ? 'Vorerst genug.' : 'Genug Plätze.';
  const answer = missing > 0 ? `Mit ${more} hätten alle einen.` : enough;
  return fullOn ? `${answer} Geht es so weiter, sind am ${day(fullOn)} alle Plätze belegt.` : answer;
};

const megabytes = (bytes: number): number => Math.round(bytes / 1_000_000);

const sharedSettings: Record<SharedSettings, string> = {
  'license-policy': 'die Richtlinien',
  organization: 'den Namen',
  allocation: 'die Zuteilung der Plätze',
  'mail-server': 'den Mailserver',
  'server-settings': 'die Einstellungen des Lizenzservers',
};

const factorChanges: Record<FactorChange['change'], { subject: string; text: (name: string) => string }> = {
  'totp-added': {
    subject: 'Ihr Konto hat eine neue Authenticator-App',
    text: (name) => `Die Anmeldung an Ihrem Konto geht jetzt auch mit Codes der Authenticator-App „${name}“.`,
  },
  'totp-removed': {
    subject: 'Eine Authenticator-App Ihres Kontos wurde entfernt',
    text: (name) => `Die Authenticator-App „${name}“ gehört nicht mehr zu Ihrem Konto.`,
  },
  'passkey-added': {
    subject: 'Ihr Konto hat einen neuen Passkey',
    text: (name) => `Die Anmeldung an Ihrem Konto geht jetzt auch mit dem Passkey „${name}“.`,
  },
  'passkey-removed': {
    subject: 'Ein Passkey Ihres Kontos wurde entfernt',
    text: (name) => `Der Passkey „${name}“ gehört nicht mehr zu Ihrem Konto.`,
  },
  'codes-renewed': {
    subject: 'Ihr Konto hat neue Wiederherstellungscodes',
    text: () => 'Die bisherigen Wiederherstellungscodes gelten nicht mehr.',
  },
  reset: {
    subject: 'Die zweistufige Anmeldung Ihres Kontos wurde zurückgesetzt',
    text: () =>
      'Ein Administrator hat Ihre Authenticator-Apps, Passkeys und Wiederherstellungscodes entfernt. Sie melden sich nur mit Ihrem Passwort an und können im Profil neue einrichten.',
  },
};

const certificateTexts = {
  https: {
    subject: (host: string) => `Das HTTPS-Zertifikat des Lizenzservers auf ${host}`,
    consequence: 'Danach lehnen Browser und Clients die Verbindung ab.',
    advice:
      'Ersetzen Sie die Dateien in TLS_CERT_FILE und TLS_KEY_FILE. Der Server liest sie, ohne dass er neu gestartet werden muss.',
  },
  'saml-server': {
    subject: (provider: string) => `Das Zertifikat des Lizenzservers für ${provider}`,
    consequence: 'Danach weist der SAML-Anbieter Anmeldungen womöglich ab.',
    advice:
      'Erzeugen Sie auf der Seite des Anbieters den nächsten Schlüssel, tragen Sie dessen Zertifikat beim Anbieter ein, und wählen Sie „Verwenden“.',
  },
  'saml-provider': {
    subject: (provider: string) => `Das Zertifikat, mit dem ${provider} signiert,`,
    consequence:
      'Wechselt der SAML-Anbieter zu einem anderen, schlagen Anmeldungen fehl, bis der Lizenzserver es kennt.',
    advice:
      'Wurden die Metadaten eingefügt, fügen Sie auf der Seite des Anbieters die neuen ein. Abgerufene Metadaten werden von selbst neu gelesen.',
  },
};

/** The German words of all mails. */
export const de: MailTexts = {
  product: 'Lizenzserver',
  openAddress: 'Oder öffnen Sie diese Adresse:',

  invitation: ({ to, organization, inviter, inviterEmail, hours }) => ({
    subject: `Sie sind zu ${organization} eingeladen`,
    title: `${inviter} lädt Sie zu ${organization} ein`,
    offer: `Mit einem Konto auf dem Lizenzserver können Sie die Plätze von ${organization} benutzen. Nehmen Sie die Einladung an und melden Sie sich als ${to} an.`,
    validity: `Der Link funktioniert einmal und gilt ${hours === 1 ? 'eine Stunde' : `${hours} Stunden`}.`,
    action: 'Einladung annehmen',
    reason: `Sie erhalten diese E-Mail, weil ${inviterEmail} diese Adresse eingeladen hat. Wenn Sie sie nicht erwartet haben, ignorieren Sie sie.`,
  }),

  'password-reset': () => ({
    subject: 'Neues Passwort setzen',
    title: 'Neues Passwort setzen',
    request: 'Jemand, wahrscheinlich Sie selbst, hat ein neues Passwort für dieses Konto angefordert.',
    validity:
      'Der Link funktioniert einmal und gilt eine Stunde. Ihr Passwort ändert sich erst, wenn Sie ihn benutzen.',
    action: 'Neues Passwort setzen',
    reason: aboutAccount,
  }),

  'password-elsewhere': ({ providers }) => ({
    subject: 'Ihr Passwort liegt nicht auf dem Lizenzserver',
    title: 'Ihr Passwort liegt nicht auf dem Lizenzserver',
    request: `Jemand, wahrscheinlich Sie selbst, hat ein neues Passwort für dieses Konto angefordert. Das Konto meldet sich mit ${providers.join(', ')} an, deshalb gibt es hier kein Passwort zu ändern.`,
    advice: `Ändern Sie Ihr Passwort in ${providers.join(', ')}, oder fragen Sie dort die Administratorin oder den Administrator. Melden Sie sich dann wie bisher am Lizenzserver an.`,
    action: open,
    reason: aboutAccount,
  }),

  verification: () => ({
    subject: 'Bestätigen Sie Ihre E-Mail-Adresse',
    title: 'Bestätigen Sie Ihre E-Mail-Adresse',
    request:
      'Ein Konto auf dem Lizenzserver hat diese Adresse. Öffnen Sie den Link und setzen Sie ein neues Passwort, um zu bestätigen, dass die Adresse Ihnen gehört.',
    validity:
      'Der Link funktioniert einmal und gilt eine Stunde. Altes Passwort, Sitzungen und API-Schlüssel des Kontos gelten dann nicht mehr. Wenn Sie diese E-Mail nicht erwartet haben, ignorieren Sie sie.',
    action: 'Bestätigen und Passwort setzen',
    reason: aboutAccount,
  }),

  'password-changed': () => ({
    subject: 'Ihr Passwort wurde geändert',
    title: 'Ihr Passwort wurde geändert',
    change: 'Ihr Konto hat ein neues Passwort, und alle anderen Sitzungen sind beendet.',
    warning:
      'Wenn Sie das nicht waren, setzen Sie sofort ein anderes Passwort und sagen Sie es Ihrer Administratorin oder Ihrem Administrator.',
    action: open,
    reason: aboutAccount,
  }),

  'email-change': () => ({
    subject: 'Bestätigen Sie Ihre neue E-Mail-Adresse',
    title: 'Bestätigen Sie Ihre neue E-Mail-Adresse',
    request:
      'Diese Adresse wurde für ein Konto auf dem Lizenzserver angegeben. Öffnen Sie den Link, um zu bestätigen, dass sie Ihnen gehört.',
    validity:
      'Der Link funktioniert einmal und gilt eine Stunde. Wenn Sie diese E-Mail nicht erwartet haben, ignorieren Sie sie: Dann ändert sich nichts.',
    action: 'Diese Adresse verwenden',
    reason: aboutAccount,
  }),

  'email-changed': ({ former, email }) => ({
    subject: 'Die E-Mail-Adresse Ihres Kontos wurde geändert',
    title: 'Die E-Mail-Adresse Ihres Kontos wurde geändert',
    change: `Sie war ${former} und ist jetzt ${email}. Melden Sie sich mit der neuen Adresse an; das Passwort bleibt gleich.`,
    warning: 'Wenn Sie das nicht waren, sagen Sie es sofort Ihrer Administratorin oder Ihrem Administrator.',
    action: open,
    reason: aboutAccount,
  }),

  'account-locked': ({ address, at }) => ({
    subject: 'Fehlgeschlagene Anmeldungen an Ihrem Konto',
    title: 'Fehlgeschlagene Anmeldungen an Ihrem Konto',
    attempts: `An Ihrem Konto gab es zu viele fehlgeschlagene Anmeldungen; am ${moment(at)} kam eine von ${address}. Weitere Versuche werden gebremst.`,
    access:
      'Wo Sie sich schon einmal angemeldet haben, können Sie sich weiterhin anmelden. Anderswo geht es spätestens eine Minute nach dem letzten Versuch wieder.',
    warning:
      'Wenn Sie das nicht waren, sagen Sie es Ihrer Administratorin oder Ihrem Administrator. Ihr Passwort wurde nicht erraten; Sie müssen es nicht ändern.',
    action: open,
    reason: aboutAccount,
  }),

  'codes-guessed': ({ address, at }) => ({
    subject: 'Jemand kennt Ihr Passwort',
    title: 'Jemand kennt Ihr Passwort',
    attempts: `An Ihrem Konto wurde das richtige Passwort eingegeben und danach zu oft ein falscher Code; am ${moment(at)} kam einer von ${address}. Niemand ist hineingekommen. Weitere Versuche werden gebremst.`,
    warning:
      'Wenn Sie das nicht waren, ändern Sie sofort Ihr Passwort und sagen Sie es Ihrer Administratorin oder Ihrem Administrator.',
    action: open,
    reason: aboutAccount,
  }),

  'second-factor': ({ change, name, address, at }) => ({
    subject: factorChanges[change].subject,
    title: factorChanges[change].subject,
    change: `${factorChanges[change].text(name ?? '')} Das geschah am ${moment(at)}${address === null ? ' auf dem Server selbst' : ` von ${address}`}.`,
    warning:
      'Wenn Sie das nicht erwartet haben, ändern Sie sofort Ihr Passwort und sagen Sie es Ihrer Administratorin oder Ihrem Administrator.',
    action: open,
    reason: aboutAccount,
  }),

  'recovery-code-used': ({ left, address, at }) => ({
    subject: 'Ein Wiederherstellungscode Ihres Kontos wurde benutzt',
    title: 'Ein Wiederherstellungscode Ihres Kontos wurde benutzt',
    change: `Er wurde am ${moment(at)} von ${address} benutzt. Sie haben noch ${left === 1 ? '1 Wiederherstellungscode' : `${left} Wiederherstellungscodes`}; neue bekommen Sie in Ihrem Profil.`,
    warning:
      'Wenn Sie das nicht waren, ändern Sie sofort Ihr Passwort und sagen Sie es Ihrer Administratorin oder Ihrem Administrator.',
    action: open,
    reason: aboutAccount,
  }),

  'new-device': ({ address, browser, system, at }) => ({
    subject: 'Neue Anmeldung an Ihrem Konto',
    title: 'Neue Anmeldung an Ihrem Konto',
    device: `Ihr Konto hat sich am ${moment(at)} von ${address} mit ${browser ?? 'einem unbekannten Browser'}${system ? ` unter ${system}` : ''} an der Konsole angemeldet. Von diesem Browser und Netz hatte es sich noch nie angemeldet.`,
    expected: 'Wenn Sie das waren, müssen Sie nichts tun.',
    warning:
      'Wenn Sie das nicht waren, ändern Sie sofort Ihr Passwort, melden Sie sich in Ihrem Profil überall ab, und sagen Sie es Ihrer Administratorin oder Ihrem Administrator.',
    action: open,
    reason: aboutAccount,
  }),

  'role-changed': ({ organization, role }) => ({
    subject: `Ihre Rolle in ${organization} ist jetzt ${roleName(role)}`,
    title: `Ihre Rolle in ${organization} ist jetzt ${roleName(role)}`,
    effect: 'Das gilt sofort, auch dort, wo Sie angemeldet sind.',
    reason: aboutMembership(organization),
  }),

  'member-added': ({ organization, role, serverUrl }) => ({
    subject: `Willkommen bei ${organization}`,
    title: `Sie sind jetzt Mitglied von ${organization}`,
    start: `Ihre Rolle ist ${roleName(role)}. Geben Sie in Katalon Studio zum Aktivieren ${serverUrl} als Server-URL an.`,
    reason: aboutMembership(organization),
  }),

  'member-removed': ({ organization }) => ({
    subject: `Sie wurden aus ${organization} entfernt`,
    title: `Sie sind nicht mehr Mitglied von ${organization}`,
    effect: 'Ihre Sitzungen dort sind beendet, und Ihre Plätze sind zurückgegeben. Ihr Konto bleibt bestehen.',
    reason: aboutMembership(organization),
  }),

  'ownership-transferred': ({ organization, owner }) => ({
    subject: `${organization} gehört jetzt ${owner}`,
    title: `${organization} gehört jetzt ${owner}`,
    effect: 'Der Besitz der Organisation wurde übergeben. Der frühere Besitzer ist jetzt Admin.',
    reason: aboutMembership(organization),
  }),

  'team-added': ({ team, organization, role }) => ({
    subject: `Sie sind jetzt im Team ${team}`,
    title: `Sie sind jetzt im Team ${team}`,
    effect: `Es ist ein Team von ${organization}. Ihre Rolle darin ist ${roleName(role)}.`,
    reason: aboutMembership(organization),
  }),

  'team-removed': ({ team, organization }) => ({
    subject: `Sie sind nicht mehr im Team ${team}`,
    title: `Sie sind nicht mehr im Team ${team}`,
    effect: `Es ist ein Team von ${organization}.`,
    reason: aboutMembership(organization),
  }),

  'team-role-changed': ({ team, organization, role }) => ({
    subject: `Ihre Rolle im Team ${team} ist jetzt ${roleName(role)}`,
    title: `Ihre Rolle im Team ${team} ist jetzt ${roleName(role)}`,
    effect: `Es ist ein Team von ${organization}.`,
    reason: aboutMembership(organization),
  }),

  'seat-assigned': ({ organization, product }) => ({
    subject: `Sie haben einen Platz von ${organization} für ${product}`,
    title: `Sie haben jetzt einen eigenen Platz für ${product}`,
    effect: `${organization} hat ihn Ihnen zugewiesen, als Sie ${product} aktiviert haben. Sie können ihn auf jeweils einem Rechner benutzen.`,
    reason: aboutSeat(organization),
  }),

  'seat-unassigned': ({ organization, product, days, autoAssign }) => ({
    subject: `Ihr Platz von ${organization} für ${product} wurde zurückgenommen`,
    title: `Sie haben keinen eigenen Platz für ${product} mehr`,
    cause: `Sie hatten ihn ${days === 1 ? 'einen Tag' : `${days} Tage`} lang nicht benutzt. Deshalb hat ${organization} ihn für andere zurückgenommen.`,
    advice: autoAssign
      ? `Wenn Sie ihn wieder brauchen, starten Sie ${product}: Solange ein Platz frei ist, bekommen Sie einen.`
      : `Wenn Sie ihn wieder brauchen, fragen Sie eine Administratorin oder einen Administrator von ${organization}.`,
    reason: aboutSeat(organization),
  }),

  test: ({ tester }) => ({
    subject: 'Testmail des Lizenzservers',
    title: 'Der Mailserver funktioniert',
    result: 'Das ist eine Testmail. E-Mails des Lizenzservers kommen hier an.',
    reason: `Sie erhalten diese E-Mail, weil ${tester} den Mailserver mit dieser Adresse getestet hat.`,
  }),

  'seats-exhausted': ({ organization, product, refused, holders }) => ({
    subject: `Alle Plätze von ${organization} für ${product} sind belegt`,
    title: `Alle Plätze von ${organization} für ${product} sind belegt`,
    refusals: `In den letzten Minuten ${refused === 1 ? 'wurde eine Sitzung' : `wurden ${refused} Sitzungen`} abgelehnt. Beenden Sie Sitzungen, die nicht mehr gebraucht werden.`,
    longest:
      holders.length > 0
        ? `Am längsten belegt: ${holders.map(({ email, host, since }) => `${email} an ${host} seit ${moment(since)}`).join('; ')}.`
        : '',
    frequency: 'Diese E-Mail kommt höchstens einmal in der Stunde.',
    action: 'Sehen, wer die Plätze hat',
    reason: aboutAdministration(organization),
  }),

  'over-quota': ({ organization, product, inUse, quota }) => ({
    subject: `${organization} benutzt mehr Plätze für ${product}, als es hat`,
    title: `${seats(inUse, product)} ${inUse === 1 ? 'ist' : 'sind'} belegt, und ${organization} hat ${quota}`,
    advice:
      'Die Richtlinie der Organisation erlaubt das, und die Clients zeigen eine Warnung. Wenn es so bleibt, beschaffen Sie mehr Plätze oder erlauben Sie weniger.',
    frequency: 'Diese E-Mail kommt höchstens einmal am Tag.',
    reason: aboutAdministration(organization),
  }),

  'monthly-capacity': ({ organization, month, pools, profileUrl }) => ({
    subject: `Kapazität von ${organization} im ${monthName(month)}`,
    title: `Kapazität von ${organization} im ${monthName(month)}`,
    pools: pools.map((pool) => ({
      name: `${pool.product} · ${modelNames[pool.model]}`,
      isShort: pool.suggestedSeats > pool.subscribed,
      answer: capacityAnswer(pool),
      figures: [
        ['Vorhanden', pool.subscribed],
        ['Belegt zur Zeit dieser E-Mail', pool.inUse],
        ['Meiste gleichzeitig', pool.peak],
        ['Reicht in 99 von 100 Stunden', pool.p99],
        ['Reicht in 95 von 100 Stunden', pool.p95],
        ['Ablehnungen', pool.denials],
        ['Abgewiesene Benutzer', pool.deniedUsers],
        ['Empfohlen', pool.suggestedSeats],
      ],
    })),
    file: 'Die angehängte CSV-Datei enthält dieselben Zahlen. Monate und Stunden sind in UTC.',
    turnOff: 'In Ihrem Profil können Sie diese E-Mail abschalten:',
    profileUrl,
    action: 'Seite „Kapazität“ öffnen',
    reason: `Sie erhalten diese E-Mail, weil Sie den monatlichen Kapazitätsbericht von ${organization} abonniert haben.`,
  }),

  'webhook-disabled': ({ organization, host, error }) => ({
    subject: `Der Webhook zu ${host} ist deaktiviert`,
    title: `Der Webhook zu ${host} ist deaktiviert`,
    cause: `Einen Tag lang sind alle Zustellungen fehlgeschlagen. Der letzte Fehler: ${error}`,
    advice:
      'Was ab jetzt geschieht, wird nicht gemeldet. Bringen Sie den Empfänger in Ordnung und aktivieren Sie den Webhook dann wieder.',
    action: 'Webhooks öffnen',
    reason: `Sie erhalten diese E-Mail, weil Sie ${organization ?? 'den Lizenzserver'} verwalten.`,
  }),

  'backup-missing': ({ lastBackupAt, failure }) => {
    const title = failure
      ? 'Die letzte Sicherung des Lizenzservers ist fehlgeschlagen'
      : 'Der Lizenzserver hat keine Sicherung vom letzten Tag';
    return {
      subject: title,
      title,
      cause: failure ? `Die Sicherung ist fehlgeschlagen: ${failure}` : '',
      last: lastBackupAt ? `Letzte Sicherung: ${moment(lastBackupAt)}.` : 'Bisher gibt es keine Sicherung.',
      advice:
        'Auf der Seite „System“ können Sie eine anlegen. Mit der Einstellung BACKUP_DIR macht der Server jeden Tag eine.',
      action: 'Seite „System“ öffnen',
      reason: aboutServer,
    };
  },

  'certificate-expiring': ({ use, name, expiresAt }) => {
    const { subject, ...texts } = certificateTexts[use];
    const title = `${subject(name)} läuft am ${day(expiresAt)} ab`;
    return { subject: title, title, ...texts, action: open, reason: aboutServer };
  },

  'disk-low': ({ host, freeBytes }) => {
    const title = `Der Speicherplatz des Lizenzservers auf ${host} wird knapp`;
    return {
      subject: title,
      title,
      space: `Auf dem Datenträger des Datenordners sind ${megabytes(freeBytes)} MB frei. Ist er voll, kann der Server keine Plätze mehr vergeben.`,
      advice:
        'Schaffen Sie dort Platz, oder ziehen Sie mit dem Datenordner auf einen größeren Datenträger um. Die Seite „System“ zeigt, was wie viel belegt.',
      action: 'Seite „System“ öffnen',
      reason: aboutServer,
    };
  },

  'mails-failing': ({ organization, count, failure }) => ({
    subject: `E-Mails von ${organization} werden nicht verschickt`,
    title: `${count} ${count === 1 ? 'E-Mail' : 'E-Mails'} von ${organization} ${count === 1 ? 'wird' : 'werden'} nicht verschickt`,
    cause: failure ? `Der letzte Fehler: ${failure}` : '',
    advice:
      'Die Seite des Mailservers zeigt sie an. Berichtigen Sie dort die Einstellungen, und verschicken Sie die E-Mails noch einmal.',
    frequency: 'Diese E-Mail kommt höchstens einmal am Tag.',
    action: 'Mailserver öffnen',
    reason: aboutAdministration(organization),
  }),

  'settings-changed': ({ organization, by, settings }) => {
    const title = `${by} hat ${sharedSettings[settings]}${organization === null ? '' : ` von ${organization}`} geändert`;
    return {
      subject: title,
      title,
      more: 'Das Protokoll zeigt, was vorher galt und was jetzt gilt.',
      frequency: 'Diese E-Mail kommt höchstens einmal am Tag, auch bei mehreren Änderungen.',
      action: 'Protokoll öffnen',
      reason: organization === null ? aboutServer : aboutAdministration(organization),
    };
  },

  'license-expiring': ({ customer, expiresAt, lastGrantAt, expired }) => {
    const title = expired
      ? `Die Lizenz von ${customer} ist abgelaufen`
      : `Die Lizenz von ${customer} läuft am ${day(expiresAt)} ab`;
    return {
      subject: title,
      title,
      end: lastGrantAt
        ? `Plätze werden bis ${day(lastGrantAt)} vergeben, und danach nicht mehr.`
        : 'Danach werden keine Plätze mehr vergeben.',
      advice: 'Bitten Sie den Hersteller um eine neue Lizenzdatei, und installieren Sie sie auf dem Lizenzserver.',
      action: open,
      reason:
        'Sie erhalten diese E-Mail, weil Sie den Lizenzserver verwalten oder eine Organisation darauf besitzen. In Ihrem Profil können Sie diese E-Mails abschalten.',
    };
  },

  'execution-notification': ({ organization, sender, suite, status, totals }) => ({
    subject: `${status}: ${suite}`,
    title: `${suite}: ${status}`,
    totals: totals.map(([name, count]) => `${totalNames[name] ?? name}: ${count}`).join(', '),
    action: 'Lauf öffnen',
    reason: `Sie erhalten diese E-Mail, weil ${sender} den Mitgliedern von ${organization} über Testläufe berichtet. In Ihrem Profil können Sie diese E-Mails abschalten.`,
  }),
};
