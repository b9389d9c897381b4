import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import nodemailer, { type Transporter } from 'nodemailer';
import type SMTPPool from 'nodemailer/lib/smtp-pool';
import { guardedAddress } from '../network/guarded-address.js';
import { type MailServer } from './mail-server.entity.js';

/** Milliseconds after which an organization hears of a failure that no SMTP server has explained, whatever it was. */
export const unexplainedMillis = 12_000;

type Address = Pick<
  MailServer,
  'organizationId' | 'host' | 'port' | 'protocol' | 'username' | 'certificateAuthority' | 'acceptAnyCertificate'
>;

/**
 * A pool of connections to a mail server. The name is looked up once and that address is used, so that it cannot become
 * another one between the check and the connection.
 *
 * @param options the password; how many connections; networks of which an organization may enter any address
 * @throws GuardedAddressError
 * @throws Error with code ENOTFOUND and the like
 */
export async function connect(
  server: Address,
  options: { password: string | undefined; connections: number; allowedNetworks: readonly string[] },
): Promise<Transporter<SMTPPool.SentMessageInfo>> {
  const { password, connections, allowedNetworks } = options;
  // What the server's administrator enters for the server itself may be anywhere.
  const address =
    server.organizationId === null
      ? (await lookup(server.host)).address
      : await guardedAddress(server.host, allowedNetworks);
  return nodemailer.createTransport({
    pool: true,
    maxConnections: connections,
    // When a connection breaks it is the outbox that says when to try again.
    maxRequeues: 0,
    host: address,
    port: server.port,
    secure: server.protocol === 'SMTPS',
    requireTLS: server.protocol === 'SMTP + STARTTLS',
    ignoreTLS: server.protocol === 'SMTP',
    ...(server.username === null ? {} : { auth: { user: server.username, pass: password ?? '' } }),
    tls: {
      rejectUnauthorized: !server.acceptAnyCertificate,
      ...(isIP(server.host) ? {} : { servername: server.host }),
      ...(server.certificateAuthority === null ? {} : { ca: server.certificateAuthority }),
    },
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    dnsTimeout: 5_000,
    socketTimeout: 30_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

/** What went wrong, for people; the SMTP server's own words where it has spoken SMTP. */
export interface SmtpFailure {
  message: string;
  /** The same mail cannot succeed later either. */
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
  const { code = '', responseCode = 0 } = error as MailError;
  const words = wordsOf(error as MailError);
  if (words === undefined) return undefined;
  if (code === 'EAUTH') {
    return { message: `The mail server does not accept the username or password: ${words}`, permanent: false };
  }
  if (code === 'EENVELOPE') {
    return {
      message: `The mail server refuses the recipient or the sender: ${words}`,
      permanent: responseCode >= 500,
    };
  }
  return { message: `The mail server answered: ${words}`, permanent: code === 'EMESSAGE' && responseCode >= 500 };
}

/**
 * The reply of an SMTP server. Other services begin their lines with three digits too: before a server has accepted the greeting,
 * only replies count by which SMTP refuses one (RFC 5321, section 4.3.2).
 */
function wordsOf({ response, command = '' }: MailError): string | undefined {
  if (!response || !/^[2-5]\d\d[ -]/.test(response)) return undefined;
  const greeting = command === '' || command === 'CONN' || /^(EHLO|HELO|LHLO|STARTTLS)/.test(command);
  if (greeting && !/^(421|504|550|554)[ -]/.test(response)) return undefined;
  return response.slice(0, 500);
}

function troubleOf(error: unknown): SmtpFailure {
  const { code = '', message = '' } = error as MailError;
  if (code === 'EAUTH') {
    return { message: 'The mail server does not accept the username or password.', permanent: false };
  }
  if (code === 'EENVELOPE') {
    return { message: 'The mail server refuses the recipient or the sender.', permanent: false };
  }
  if (/certificate|CERT|self.signed|altnames|unable to verify/i.test(`${code} ${message}`)) {
    return {
      message: `The certificate of the mail server is not trusted (${message.slice(0, 200)}).`,
      permanent: false,
    };
  }
  if (message.includes('ECONNREFUSED')) return { message: 'The mail server refuses the connection.', permanent: false };
  if (/ENOTFOUND|EAI_AGAIN|EDNS/.test(`${code} ${message}`)) {
    return { message: 'The host of the mail server is not known.', permanent: false };
  }
  if (code === 'ETLS' || /STARTTLS|wrong version number|ssl/i.test(message)) {
    return { message: 'The mail server does not speak TLS this way. Try another protocol or port.', permanent: false };
  }
  if (/greeting/i.test(message) || code === 'EPROTOCOL') {
    return { message: 'There is no mail server: what answered does not speak SMTP.', permanent: false };
  }
  if (code === 'ETIMEDOUT' || /timeout|timed out/i.test(message)) {
    return { message: 'The mail server does not answer in time.', permanent: false };
  }
  return { message: 'The connection to the mail server broke.', permanent: false };
}
