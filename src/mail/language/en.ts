import { counted, isOrAre } from '../../errors/counted.js';
import type * as facts from '../facts.js';

const aboutAccount = 'You received this e-mail because it is about your account on the license server.';
const aboutMembership = (organization: string): string =>
  `You received this e-mail because it is about your membership in ${organization} on the license server.`;
const aboutSeat = (organization: string): string =>
  `You received this e-mail because you use seats of ${organization} on the license server. You can turn these e-mails off in your profile.`;
const aboutAdministration = (organization: string): string =>
  `You received this e-mail because you administer ${organization}. You can turn these e-mails off in your profile.`;
const aboutServer =
  'You received this e-mail because you administer the license server. You can turn these e-mails off in your profile.';
const open = 'Open the license server';

const day = (date: Date): string => date.toISOString().slice(0, 10);
const moment = (date: Date): string => `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;

const monthName = (month: Date): string =>
  month.toLocaleDateString('en-US', { month: 'long', year: 'numeric', timeZone: 'UTC' });

/** As in the console. */
const modelNames = { 'per-user': 'Per user', 'node-locked': 'Node-locked', floating: 'Floating' } as const;

const capacityAnswer = ({ subscribed, suggestedSeats, fullOn }: facts.PoolCapacity): string => {
  const missing = suggestedSeats - subscribed;
  const enough = fullOn ? 'Enough for now.' : 'Enough seats.';
  const answer = missing > 0 ? `With ${counted(missing, 'more seat')}, everybody would have one.` : enough;
  return fullOn ? `${answer} If use goes on like this, all seats are in use on ${day(fullOn)}.` : answer;
};

const megabytes = (bytes: number): number => Math.round(bytes / 1_000_000);

const sharedSettings: Record<facts.SharedSettings, string> = {
  'license-policy': 'the policies',
  organization: 'the name',
  allocation: 'the allocation of seats',
  'mail-server': 'the mail server',
  'server-settings': 'the settings of the license server',
};

const factorChanges: Record<facts.FactorChange['change'], { subject: string; text: (name: string) => string }> = {
  'totp-added': {
    subject: 'Your account has a new authenticator app',
    text: (name) => `Codes of the authenticator app “${name}” can be used to sign in to your account.`,
  },
  'totp-removed': {
    subject: 'An authenticator app was removed from your account',
    text: (name) => `The authenticator app “${name}” no longer belongs to your account.`,
  },
  'passkey-added': {
    subject: 'Your account has a new passkey',
    text: (name) => `The passkey “${name}” can be used to sign in to your account.`,
  },
  'passkey-removed': {
    subject: 'A passkey was removed from your account',
    text: (name) => `The passkey “${name}” no longer belongs to your account.`,
  },
  'codes-renewed': {
    subject: 'Your account has new recovery codes',
    text: () => 'The recovery codes that you had before no longer work.',
  },
  reset: {
    subject: 'Two-step sign-in was reset for your account',
    text: () =>
      'An administrator removed your authenticator apps, passkeys and recovery codes. You sign in with your password alone, and can set up new ones in your profile.',
  },
};

const certificateTexts = {
  https: {
    subject: (host: string) => `The HTTPS certificate of the license server on ${host}`,
    consequence: 'Then browsers and clients refuse to connect.',
    advice: 'Replace the files in TLS_CERT_FILE and TLS_KEY_FILE. The server reads them without a restart.',
  },
  'saml-server': {
    subject: (provider: string) => `The certificate of the license server for ${provider}`,
    consequence: 'Then the SAML provider may refuse sign-ins.',
    advice:
      'Create the next key on the page of the provider, register its certificate at the provider, and choose Use.',
  },
  'saml-provider': {
    subject: (provider: string) => `The certificate with which ${provider} signs`,
    consequence: 'When the SAML provider changes to another one, sign-ins fail until the license server knows it.',
    advice:
      'If the metadata was pasted, paste the new metadata on the page of the provider. Fetched metadata is read again automatically.',
  },
};

/** The English words of all mails: one entry for each template. `action` labels the button, where the mail has a link. */
export const en = {
  product: 'License server',
  openAddress: 'Or open this address:',

  invitation: ({ to, organization, inviter, inviterEmail, hours }: facts.Invited) => ({
    subject: `You are invited to ${organization}`,
    title: `${inviter} invites you to ${organization}`,
    offer: `With an account on the license server you can use the seats of ${organization}. Accept the invitation, and sign in as ${to}.`,
    validity: `The link works once, for ${counted(hours, 'hour')}.`,
    action: 'Accept the invitation',
    reason: `You received this e-mail because ${inviterEmail} invited this address. If you did not expect it, ignore it.`,
  }),

  'password-reset': (_: facts.Nothing) => ({
    subject: 'Set a new password',
    title: 'Set a new password',
    request: 'Someone, most likely you, asked for a new password for this account.',
    validity: 'The link works once, for an hour. Your password does not change until you use it.',
    action: 'Set a new password',
    reason: aboutAccount,
  }),

  'password-elsewhere': ({ providers }: facts.PasswordElsewhere) => ({
    subject: 'Your password is not kept on the license server',
    title: 'Your password is not kept on the license server',
    request: `Someone, most likely you, asked for a new password for this account. The account signs in with ${providers.join(', ')}, so there is no password to change here.`,
    advice: `Change or reset your password in ${providers.join(', ')}, or ask the administrator there. Then sign in to the license server as before.`,
    action: open,
    reason: aboutAccount,
  }),

  /** Opening the account is the reader's alone: a stranger may have made it, and set the password that it has now. */
  verification: (_: facts.Nothing) => ({
    subject: 'Verify your e-mail address',
    title: 'Verify your e-mail address',
    request:
      'An account on the license server has this address. Open the link and set a new password to verify that the address is yours.',
    validity:
      'The link works once, for an hour. The old password, sessions and API keys of the account stop working. If you did not expect this e-mail, ignore it.',
    action: 'Verify and set a password',
    reason: aboutAccount,
  }),

  'password-changed': (_: facts.Nothing) => ({
    subject: 'Your password was changed',
    title: 'Your password was changed',
    change: 'Your account has a new password, and all other sessions have ended.',
    warning: 'If this was not you, set another password immediately and tell your administrator.',
    action: open,
    reason: aboutAccount,
  }),

  'email-change': (_: facts.Nothing) => ({
    subject: 'Verify your new e-mail address',
    title: 'Verify your new e-mail address',
    request:
      'Someone asked to use this address for an account on the license server. Open the link to verify that the address is yours.',
    validity: 'The link works once, for an hour. If you did not expect this e-mail, ignore it: nothing changes then.',
    action: 'Use this address',
    reason: aboutAccount,
  }),

  'email-changed': ({ former, email }: facts.EmailChanged) => ({
    subject: 'The e-mail address of your account was changed',
    title: 'The e-mail address of your account was changed',
    change: `It was ${former} and is ${email} now. Sign in with the new address; the password is the same.`,
    warning: 'If this was not you, tell your administrator immediately.',
    action: open,
    reason: aboutAccount,
  }),

  'account-locked': ({ address, at }: facts.AccountLocked) => ({
    subject: 'Failed attempts to sign in to your account',
    title: 'Failed attempts to sign in to your account',
    attempts: `There were too many failed attempts to sign in to your account; at ${moment(at)} one came from ${address}. Further attempts are slowed down.`,
    access:
      'You can still sign in wherever you have signed in before. Elsewhere you can sign in within a minute after the attempts stop.',
    warning:
      'If this was not you, tell your administrator. Your password was not guessed, so you do not need to change it.',
    action: open,
    reason: aboutAccount,
  }),

  'codes-guessed': ({ address, at }: facts.AccountLocked) => ({
    subject: 'Someone knows your password',
    title: 'Someone knows your password',
    attempts: `The right password of your account was entered, and then too many wrong codes; at ${moment(at)} one came from ${address}. No one got in. Further attempts are slowed down.`,
    warning: 'If this was not you, change your password immediately and tell your administrator.',
    action: open,
    reason: aboutAccount,
  }),

  'second-factor': ({ change, name, address, at }: facts.FactorChange) => ({
    subject: factorChanges[change].subject,
    title: factorChanges[change].subject,
    change: `${factorChanges[change].text(name ?? '')} It happened at ${moment(at)}${address === null ? ' on the server itself' : `, from ${address}`}.`,
    warning: 'If you did not expect this, change your password immediately and tell your administrator.',
    action: open,
    reason: aboutAccount,
  }),

  'recovery-code-used': ({ left, address, at }: facts.RecoveryCodeUsed) => ({
    subject: 'A recovery code of your account was used',
    title: 'A recovery code of your account was used',
    change: `It was used at ${moment(at)} from ${address}. You have ${left === 1 ? '1 recovery code' : `${left} recovery codes`} left; your profile makes new ones.`,
    warning: 'If this was not you, change your password immediately and tell your administrator.',
    action: open,
    reason: aboutAccount,
  }),

  'new-device': ({ address, browser, system, at }: facts.NewDevice) => ({
    subject: 'New sign-in to your account',
    title: 'New sign-in to your account',
    device: `Your account signed in to the console at ${moment(at)} from ${address} with ${browser ?? 'an unknown browser'}${system ? ` on ${system}` : ''}. It had not signed in from this browser and network before.`,
    expected: 'If this was you, no action is needed.',
    warning:
      'If this was not you, change your password immediately, sign out everywhere in your profile, and tell your administrator.',
    action: open,
    reason: aboutAccount,
  }),

  'role-changed': ({ organization, role }: facts.RoleInOrganization) => ({
    subject: `Your role in ${organization} is ${role} now`,
    title: `Your role in ${organization} is ${role} now`,
    effect: 'The change takes effect immediately, also where you are signed in.',
    reason: aboutMembership(organization),
  }),

  'member-added': ({ organization, role, serverUrl }: facts.MemberAdded) => ({
    subject: `Welcome to ${organization}`,
    title: `You are a member of ${organization} now`,
    start: `Your role is ${role}. In Katalon Studio, activate with ${serverUrl} as the server URL.`,
    reason: aboutMembership(organization),
  }),

  'member-removed': ({ organization }: facts.OfOrganization) => ({
    subject: `You were removed from ${organization}`,
    title: `You are no longer a member of ${organization}`,
    effect: 'Your sessions there have ended, and your seats were returned. You keep your account.',
    reason: aboutMembership(organization),
  }),

  'ownership-transferred': ({ organization, owner }: facts.Ownership) => ({
    subject: `${owner} owns ${organization} now`,
    title: `${owner} owns ${organization} now`,
    effect: 'The ownership of the organization was transferred. The former owner is an admin.',
    reason: aboutMembership(organization),
  }),

  'team-added': ({ team, organization, role }: facts.RoleInTeam) => ({
    subject: `You are in the team ${team} now`,
    title: `You are in the team ${team} now`,
    effect: `It is a team of ${organization}. Your role in it is ${role}.`,
    reason: aboutMembership(organization),
  }),

  'team-removed': ({ team, organization }: facts.RoleInTeam) => ({
    subject: `You are no longer in the team ${team}`,
    title: `You are no longer in the team ${team}`,
    effect: `It is a team of ${organization}.`,
    reason: aboutMembership(organization),
  }),

  'team-role-changed': ({ team, organization, role }: facts.RoleInTeam) => ({
    subject: `Your role in the team ${team} is ${role} now`,
    title: `Your role in the team ${team} is ${role} now`,
    effect: `It is a team of ${organization}.`,
    reason: aboutMembership(organization),
  }),

  'seat-assigned': ({ organization, product }: facts.SeatAssigned) => ({
    subject: `You have a ${product} seat of ${organization}`,
    title: `You have a ${product} seat of your own now`,
    effect: `${organization} assigned it to you when you activated ${product}. It is yours on one machine at a time.`,
    reason: aboutSeat(organization),
  }),

  'seat-unassigned': ({ organization, product, days, autoAssign }: facts.SeatUnassigned) => ({
    subject: `Your ${product} seat of ${organization} was taken back`,
    title: `You no longer have a ${product} seat of your own`,
    cause: `You had not used it for ${counted(days, 'day')}, so ${organization} took it back for others.`,
    advice: autoAssign
      ? `When you need it again, start ${product}: you get a seat as long as one is free.`
      : `When you need it again, ask an administrator of ${organization}.`,
    reason: aboutSeat(organization),
  }),

  test: ({ tester }: facts.Test) => ({
    subject: 'Test mail of the license server',
    title: 'The mail server works',
    result: 'This is a test mail. Mails from the license server arrive here.',
    reason: `You received this e-mail because ${tester} tested the mail server with this address.`,
  }),

  'seats-exhausted': ({ organization, product, refused, holders }: facts.SeatsExhausted) => ({
    subject: `All ${product} seats of ${organization} are in use`,
    title: `All ${product} seats of ${organization} are in use`,
    refusals: `In the last minutes ${refused === 1 ? 'a session was' : `${refused} sessions were`} refused. End sessions that are no longer needed.`,
    longest:
      holders.length > 0
        ? `Longest in use: ${holders.map(({ email, host, since }) => `${email} on ${host} since ${moment(since)}`).join('; ')}.`
        : '',
    frequency: 'You receive this e-mail at most once an hour.',
    action: 'See who holds the seats',
    reason: aboutAdministration(organization),
  }),

  'over-quota': ({ organization, product, inUse, quota }: facts.OverQuota) => ({
    subject: `${organization} uses more ${product} seats than it has`,
    title: `${counted(inUse, `${product} seat`)} ${isOrAre(inUse)} in use, and ${organization} has ${quota}`,
    advice:
      'The policy of the organization allows it, and the clients show a warning. If this continues, get more seats, or allow less.',
    frequency: 'You receive this e-mail at most once a day.',
    reason: aboutAdministration(organization),
  }),

  'monthly-capacity': ({ organization, month, pools, profileUrl }: facts.MonthlyCapacity) => ({
    subject: `Capacity of ${organization} in ${monthName(month)}`,
    title: `Capacity of ${organization} in ${monthName(month)}`,
    pools: pools.map((pool) => ({
      name: `${pool.product} · ${modelNames[pool.model]}`,
      isShort: pool.suggestedSeats > pool.subscribed,
      answer: capacityAnswer(pool),
      figures: [
        ['Subscribed', pool.subscribed],
        ['In use at the time of this e-mail', pool.inUse],
        ['Most in use at once', pool.peak],
        ['Enough in 99 of 100 hours', pool.p99],
        ['Enough in 95 of 100 hours', pool.p95],
        ['Refusals', pool.denials],
        ['Users refused', pool.deniedUsers],
        ['Suggested', pool.suggestedSeats],
      ],
    })),
    file: 'The attached CSV file has the same figures. Months and hours are in UTC.',
    turnOff: 'Turn this e-mail off in your profile:',
    profileUrl,
    action: 'Open the Capacity page',
    reason: `You received this e-mail because you asked for the monthly capacity of ${organization}.`,
  }),

  'webhook-disabled': ({ organization, host, error }: facts.WebhookDisabled) => ({
    subject: `The webhook to ${host} is disabled`,
    title: `The webhook to ${host} is disabled`,
    cause: `All deliveries failed for a day. The last error: ${error}`,
    advice: 'Events that happen from now on are not sent. Fix the receiver, then enable the webhook again.',
    action: 'Open the webhooks',
    reason: `You received this e-mail because you administer ${organization ?? 'the license server'}.`,
  }),

  'backup-missing': ({ lastBackupAt, failure }: facts.BackupMissing) => {
    const title = failure
      ? 'The last backup of the license server failed'
      : 'The license server has no backup of the last day';
    return {
      subject: title,
      title,
      cause: failure ? `The backup failed: ${failure}` : '',
      last: lastBackupAt ? `Last backup: ${moment(lastBackupAt)}.` : 'No backup has been made yet.',
      advice: 'Make one on the System page. With the setting BACKUP_DIR, the server makes one every day.',
      action: 'Open the System page',
      reason: aboutServer,
    };
  },

  'certificate-expiring': ({ use, name, expiresAt }: facts.CertificateExpiring) => {
    const { subject, ...texts } = certificateTexts[use];
    const title = `${subject(name)} expires on ${day(expiresAt)}`;
    return { subject: title, title, ...texts, action: open, reason: aboutServer };
  },

  'disk-low': ({ host, freeBytes }: facts.DiskLow) => {
    const title = `The disk of the license server on ${host} is nearly full`;
    return {
      subject: title,
      title,
      space: `${megabytes(freeBytes)} MB are free on the disk of the data folder. When it is full, no seat can be given out.`,
      advice:
        'Free space on it, or move the data folder to a larger disk. The System page shows what takes how much space.',
      action: 'Open the System page',
      reason: aboutServer,
    };
  },

  'mails-failing': ({ organization, count, failure }: facts.MailsFailing) => ({
    subject: `Mails of ${organization} are not sent`,
    title: `${counted(count, 'mail')} of ${organization} ${isOrAre(count)} not sent`,
    cause: failure ? `The last error: ${failure}` : '',
    advice: 'The page of the mail server lists them. Correct the settings there, and send them again.',
    frequency: 'You receive this e-mail at most once a day.',
    action: 'Open the mail server',
    reason: aboutAdministration(organization),
  }),

  'settings-changed': ({ organization, by, settings }: facts.SettingsChanged) => {
    const title = `${by} changed ${sharedSettings[settings]}${organization === null ? '' : ` of ${organization}`}`;
    return {
      subject: title,
      title,
      more: 'The audit log says what it was before and what it is now.',
      frequency: 'You receive this e-mail at most once a day, however many changes there are.',
      action: 'Open the audit log',
      reason: organization === null ? aboutServer : aboutAdministration(organization),
    };
  },

  'license-expiring': ({ customer, expiresAt, lastGrantAt, expired }: facts.LicenseExpiring) => {
    const title = expired
      ? `The license of ${customer} has expired`
      : `The license of ${customer} expires on ${day(expiresAt)}`;
    return {
      subject: title,
      title,
      end: lastGrantAt
        ? `Seats are granted until ${day(lastGrantAt)}, and no longer.`
        : 'No seats are granted after that.',
      advice: 'Ask the vendor for a new license file, and install it on the license server.',
      action: open,
      reason:
        'You received this e-mail because you administer the license server or own an organization on it. You can turn these e-mails off in your profile.',
    };
  },

  'execution-notification': ({ organization, sender, suite, status, totals }: facts.Execution) => ({
    subject: `${status}: ${suite}`,
    title: `${suite}: ${status}`,
    totals: totals.map(([name, count]) => `${name}: ${count}`).join(', '),
    action: 'Open the run',
    reason: `You received this e-mail because ${sender} reports test runs to members of ${organization}. You can turn these e-mails off in your profile.`,
  }),
};

/** What every language has to say. */
export type MailTexts = typeof en;
