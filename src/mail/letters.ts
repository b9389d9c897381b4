import { inUtc } from '../clock/in-utc.js';
import { type Letter } from './mail.service.js';
import { counted, isOrAre } from '../errors/counted.js';

/** The words of all mails, in one place. */

const account = 'You get this mail because it is about your account on the license server.';
const membership = (organization: string): string =>
  `You get this mail because it is about your membership in ${organization} on the license server.`;

export function invitationLetter(
  to: string,
  organization: string,
  inviter: string,
  link: string,
  hours: number,
): Letter {
  return {
    kind: 'invitation',
    to,
    message: {
      subject: `You are invited to ${organization}`,
      title: `${inviter} invites you to ${organization}`,
      paragraphs: [
        `With an account on the license server you can use the seats of ${organization}. Accept the invitation, and sign in as ${to}.`,
        `The link works once, for ${counted(hours, 'hour')}.`,
      ],
      action: { label: 'Accept the invitation', url: link },
      reason: `You get this mail because ${inviter} has invited this address. If you do not expect it, ignore it.`,
    },
  };
}

export function passwordResetLetter(to: string, link: string): Letter {
  return {
    kind: 'password-reset',
    to,
    message: {
      subject: 'Set a new password',
      title: 'Set a new password',
      paragraphs: [
        'Somebody, most likely you, has asked for a new password for this account.',
        'The link works once, for an hour. As long as it is not used your password stays as it is.',
      ],
      action: { label: 'Set a new password', url: link },
      reason: account,
    },
  };
}

/** Opening the account is the reader's alone: a stranger may have made it, and set the password that it has now. */
export function verificationLetter(to: string, link: string): Letter {
  return {
    kind: 'verification',
    to,
    message: {
      subject: 'Verify your e-mail address',
      title: 'Verify your e-mail address',
      paragraphs: [
        'There is an account for this address on the license server. Open the link and set a new password to verify that the address is yours.',
        'The link works once, for an hour. The old password, sessions and API keys of the account stop working. If you do not expect this mail, ignore it.',
      ],
      action: { label: 'Verify and set a password', url: link },
      reason: account,
    },
  };
}

export function passwordChangedLetter(to: string, serverUrl: string): Letter {
  return {
    kind: 'password-changed',
    to,
    message: {
      subject: 'Your password was changed',
      title: 'Your password was changed',
      paragraphs: [
        'The password of your account is a new one, and all other sessions have ended.',
        'If it was not you, set another one at once and tell your administrator.',
      ],
      action: { label: 'Open the license server', url: serverUrl },
      reason: account,
    },
  };
}

export function emailChangeLetter(to: string, link: string): Letter {
  return {
    kind: 'verification',
    to,
    message: {
      subject: 'Verify your new e-mail address',
      title: 'Verify your new e-mail address',
      paragraphs: [
        'An account on the license server is to have this address from now on. Open the link to verify that the address is yours.',
        'The link works once, for an hour. If you do not expect this mail, ignore it: nothing changes then.',
      ],
      action: { label: 'Use this address', url: link },
      reason: account,
    },
  };
}

/** Goes to both addresses: to the former one as a warning. */
export function emailChangedLetter(
  to: string,
  { former, email }: { former: string; email: string },
  serverUrl: string,
): Letter {
  return {
    kind: 'email-changed',
    to,
    message: {
      subject: 'The e-mail address of your account was changed',
      title: 'The e-mail address of your account was changed',
      paragraphs: [
        `It was ${former} and is ${email} now. Sign in with the new address; the password is the same.`,
        'If it was not you, tell your administrator at once.',
      ],
      action: { label: 'Open the license server', url: serverUrl },
      reason: account,
    },
  };
}

export function accountLockedLetter(to: string, address: string, at: Date, serverUrl: string): Letter {
  return {
    kind: 'account-locked',
    to,
    message: {
      subject: 'Failed attempts to sign in to your account',
      title: 'Failed attempts to sign in to your account',
      paragraphs: [
        `There were too many failed attempts to sign in to your account; at ${inUtc(at)} one came from ${address}. Further attempts are slowed down.`,
        'You can still sign in wherever you have signed in before. Elsewhere you can sign in within a minute after the attempts stop.',
        'If it was not you, tell your administrator. Your password has not been guessed; you need not change it.',
      ],
      action: { label: 'Open the license server', url: serverUrl },
      reason: account,
    },
  };
}

export function newDeviceLetter(
  to: string,
  device: { address: string; browser: string; at: Date },
  serverUrl: string,
): Letter {
  return {
    kind: 'new-device',
    to,
    message: {
      subject: 'New sign-in to your account',
      title: 'New sign-in to your account',
      paragraphs: [
        `Your account signed in to the console at ${inUtc(device.at)} from ${device.address} with ${device.browser}. It had not signed in from this browser and network before.`,
        'If this was you, no action is needed.',
        'If this was not you, change your password immediately, sign out everywhere in your profile, and tell your administrator.',
      ],
      action: { label: 'Open the license server', url: serverUrl },
      reason: account,
    },
  };
}

export function roleChangedLetter(to: string, organization: string, role: string): Letter {
  return {
    kind: 'role-changed',
    to,
    message: {
      subject: `Your role in ${organization} is ${role} now`,
      title: `Your role in ${organization} is ${role} now`,
      paragraphs: ['It holds at once, also where you are signed in.'],
      reason: membership(organization),
    },
  };
}

export function memberAddedLetter(to: string, organization: string, role: string, serverUrl: string): Letter {
  return {
    kind: 'member-added',
    to,
    message: {
      subject: `Welcome to ${organization}`,
      title: `You are a member of ${organization} now`,
      paragraphs: [`Your role is ${role}. In Katalon Studio, activate with ${serverUrl} as the server URL.`],
      reason: membership(organization),
    },
  };
}

export function memberRemovedLetter(to: string, organization: string): Letter {
  return {
    kind: 'member-removed',
    to,
    message: {
      subject: `You were removed from ${organization}`,
      title: `You are no longer a member of ${organization}`,
      paragraphs: ['Your sessions there have ended, and your seats went back. Your account stays.'],
      reason: membership(organization),
    },
  };
}

export function ownershipLetter(to: string, organization: string, owner: string): Letter {
  return {
    kind: 'ownership-transferred',
    to,
    message: {
      subject: `${owner} owns ${organization} now`,
      title: `${owner} owns ${organization} now`,
      paragraphs: ['The ownership of the organization was transferred. The former owner is an admin.'],
      reason: membership(organization),
    },
  };
}

export function teamLetter(
  kind: 'team-added' | 'team-removed' | 'team-role-changed',
  to: string,
  team: string,
  organization: string,
  role: string,
): Letter {
  const title = {
    'team-added': `You are in the team ${team} now`,
    'team-removed': `You are no longer in the team ${team}`,
    'team-role-changed': `Your role in the team ${team} is ${role} now`,
  }[kind];
  return {
    kind,
    to,
    message: {
      subject: title,
      title,
      paragraphs: [`It is a team of ${organization}.${kind === 'team-added' ? ` Your role in it is ${role}.` : ''}`],
      reason: membership(organization),
    },
  };
}

export function testLetter(to: string, tester: string): Letter {
  return {
    kind: 'test',
    to,
    message: {
      subject: 'Test mail of the license server',
      title: 'The mail server works',
      paragraphs: ['This is a test mail. What the license server has to say arrives here.'],
      reason: `You get this mail because ${tester} has tested the mail server with this address.`,
    },
  };
}

/**
 * @param refused sessions in the last minutes
 * @param holders who has had a seat for longest, each in a few words
 * @param url of the page on which sessions can be ended
 */
export function exhaustionLetter(
  to: string,
  organization: string,
  product: string,
  refused: number,
  holders: readonly string[],
  url: string,
): Letter {
  const title = `All ${product} seats of ${organization} are in use`;
  return {
    kind: 'seats-exhausted',
    to,
    message: {
      subject: title,
      title,
      paragraphs: [
        `In the last minutes ${refused === 1 ? 'a session was' : `${refused} sessions were`} refused. End sessions that nobody needs.`,
        ...(holders.length > 0 ? [`Longest in use: ${holders.join('; ')}.`] : []),
        'This mail comes at most once an hour.',
      ],
      action: { label: 'See who holds the seats', url },
      reason: `You get this mail because you administer ${organization}. You can switch it off in your profile.`,
    },
  };
}

export function overQuotaLetter(
  to: string,
  organization: string,
  product: string,
  inUse: number,
  quota: number,
): Letter {
  return {
    kind: 'over-quota',
    to,
    message: {
      subject: `${organization} uses more ${product} seats than it has`,
      title: `${counted(inUse, `${product} seat`)} ${isOrAre(inUse)} in use, and ${organization} has ${quota}`,
      paragraphs: [
        'The policy of the organization allows it, and the clients show a warning. If it goes on, get more seats, or allow less.',
        'This mail comes at most once a day.',
      ],
      reason: `You get this mail because you administer ${organization}. You can switch it off in your profile.`,
    },
  };
}

/** @param url of the console */
export function expiryLetter(
  to: string,
  customer: string,
  expiresAt: Date,
  endsAt: Date,
  expired: boolean,
  url: string,
): Letter {
  const day = (date: Date): string => date.toISOString().slice(0, 10);
  const title = expired
    ? `The license of ${customer} has expired`
    : `The license of ${customer} expires on ${day(expiresAt)}`;
  const rest =
    endsAt > expiresAt
      ? `Seats are granted until ${day(endsAt)}, and then no more.`
      : 'From then on no seats are granted.';
  return {
    kind: 'license-expiring',
    to,
    message: {
      subject: title,
      title,
      paragraphs: [rest, 'Ask the vendor for a new license file, and install it on the license server.'],
      action: { label: 'Open the license server', url },
      reason: 'You get this mail because you administer the license server or own an organization on it.',
    },
  };
}

/** How a test run has ended, as CI tells it. */
export interface Execution {
  suite: string;
  status: string;
  totals?: object;
  url?: string;
}

export function executionLetter(
  to: string,
  organization: string,
  sender: string,
  { suite, status, totals = {}, url }: Execution,
): Letter {
  const counts = Object.entries(totals)
    .filter(([, count]) => count !== undefined)
    .map(([name, count]) => `${name}: ${count}`);
  return {
    kind: 'execution-notification',
    to,
    message: {
      subject: `${status}: ${suite}`,
      title: `${suite}: ${status}`,
      paragraphs: counts.length > 0 ? [counts.join(', ')] : [],
      ...(url === undefined ? {} : { action: { label: 'Open the run', url } }),
      reason: `You get this mail because ${sender} reports test runs to members of ${organization}. You can switch it off in your profile.`,
    },
  };
}
