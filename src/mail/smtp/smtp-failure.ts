import { TokenError } from './mail-token.js';

/** What went wrong, for people; the SMTP server's own words where it has spoken SMTP. */
export interface SmtpFailure {
  message: string;
  /** The recipient is refused: the same mail cannot succeed later either. */
  permanent: boolean;
}

interface MailError {
  code?: string;
  message?: string;
  response?: string;
  responseCode?: number;
  /** What the SMTP server answered to. */
  command?: string;
}

/** What an organization is told of everything that no SMTP server has said: else it could explore the network. */
const unexplained: SmtpFailure = {
  message:
    'The mail server cannot be used. Check its host, port, protocol and certificate, and whether this server may connect to it ' +
    '(MAIL_ALLOWED_NETWORKS).',
  permanent: false,
};

/**
 * Says what happened without repeating what something else than an SMTP server has sent.
 *
 * @param organizationId whose mail server it is; null: the server's own, whose administrator may know all
 */
export function failureOf(error: unknown, organizationId: number | null): SmtpFailure {
  return explanationOf(error) ?? (organizationId === null ? troubleOf(error) : unexplained);
}

/** Whether it is the mail server that has told what is wrong. */
export function isExplained(error: unknown): boolean {
  return explanationOf(error) !== undefined;
}

function explanationOf(error: unknown): SmtpFailure | undefined {
  const token = tokenErrorIn(error);
  if (token?.isExplained) return { message: token.message, permanent: false };
  const { code = '', command = '' } = error as MailError;
  const message = serverReply(error as MailError);
  if (message === undefined) return undefined;
  if (code === 'EAUTH') return { message: `${signInTrouble(message)}: ${message}`, permanent: false };
  if (/^530[ -]/.test(message)) {
    return { message: `The mail server wants a username and password first: ${message}`, permanent: false };
  }
  if (code !== 'EENVELOPE') return { message: `The mail server answered: ${message}`, permanent: false };
  if (command === 'MAIL FROM') return { message: `The mail server refuses the sender: ${message}`, permanent: false };
  return isAboutRecipient(message)
    ? { message: `The mail server refuses the recipient: ${message}`, permanent: message.startsWith('5') }
    : { message: `The mail server refuses this server or its sender: ${message}`, permanent: false };
}

/** A server that cannot look a password up just now does not say that it is wrong. */
function signInTrouble(message: string): string {
  if (message.startsWith('4')) return 'The mail server cannot check the username and password just now';
  if (/^53[48][ -]/.test(message)) return 'The mail server wants another way to sign in, or an encrypted connection';
  return 'The mail server does not accept the username or password';
}

/**
 * Whether a refusal of `RCPT TO` is about the mailbox, and not about who sends. Extended codes say it (RFC 3463); without one
 * the words do, for most servers answer 550 to all that they do not like.
 */
function isAboutRecipient(message: string): boolean {
  if (!/^(45[0-2]|55\d|501|521)[ -]/.test(message)) return false;
  const [, subject, detail] = /^\d{3}[ -]#?[45]\.(\d{1,3})\.(\d{1,3})/.exec(message) ?? [];
  const extended = subject === undefined ? undefined : `${subject}.${detail}`;
  if (extended === undefined || extended === '0.0') return !aboutSender.test(message);
  if (extended === '4.1') return /recipient/i.test(message);
  return ['1.0', '1.1', '1.2', '1.3', '1.4', '1.6', '1.10', '2.0', '2.1', '2.2'].includes(extended);
}

const aboutSender =
  /relay|sender|helo|ehlo|client|host|auth|log ?in|spam|block|black ?list|deny ?list|rbl|dnsbl|reputation|policy|denied|permi|rejected|\bip\b|spf|dmarc|dkim|reverse|\bptr\b|rate|too many|from address|mail from/i;

/**
 * The reply of an SMTP server. Other services begin their lines with three digits too: before a server has accepted the greeting,
 * only replies count by which SMTP refuses one (RFC 5321, section 4.3.2).
 */
function serverReply({ response, command = '' }: MailError): string | undefined {
  if (!response || !/^[2-5]\d\d[ -]/.test(response)) return undefined;
  const greeting = command === '' || command === 'CONN' || /^(EHLO|HELO|LHLO|STARTTLS)/.test(command);
  if (greeting && !/^(421|504|550|554)[ -]/.test(response)) return undefined;
  return response.slice(0, 500);
}

/** What nodemailer makes of an error of our own: it keeps the object, or its words only. */
function tokenErrorIn(error: unknown): TokenError | undefined {
  if (error instanceof TokenError) return error;
  const { cause } = error as { cause?: unknown };
  return cause instanceof TokenError ? cause : undefined;
}

/** What is told to the server's administrator when no SMTP server has said anything. */
const troubles: readonly { of: RegExp; message: (details: string) => string }[] = [
  {
    of: /certificate|CERT|self.signed|altnames|unable to verify/i,
    message: (details) => `The certificate of the mail server is not trusted (${details.slice(0, 200)}).`,
  },
  { of: /^EAUTH/, message: () => 'The mail server does not accept the username or password.' },
  { of: /^EENVELOPE/, message: () => 'The mail server refuses the recipient or the sender.' },
  { of: /ECONNREFUSED/, message: () => 'The mail server refuses the connection.' },
  { of: /ENOTFOUND|EAI_AGAIN|EDNS/, message: () => 'The host of the mail server is not known.' },
  {
    of: /^ETLS|STARTTLS|wrong version number|ssl/i,
    message: () => 'The mail server does not speak TLS this way. Try another protocol or port.',
  },
  { of: /greeting|^EPROTOCOL/i, message: () => 'There is no mail server: what answered does not speak SMTP.' },
  { of: /ETIMEDOUT|timeout|timed out/i, message: () => 'The mail server does not answer in time.' },
];

function troubleOf(error: unknown): SmtpFailure {
  const token = tokenErrorIn(error);
  if (token) return { message: token.message, permanent: false };
  const { code = '', message = '' } = error as MailError;
  const found = troubles.find(({ of }) => of.test(`${code} ${message}`));
  return { message: found?.message(message) ?? 'The connection to the mail server broke.', permanent: false };
}
