import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import nodemailer, { type Transporter } from 'nodemailer';
import type SMTPPool from 'nodemailer/lib/smtp-pool';
import { type MailServer } from './mail-server.entity.js';

/** Addresses that are never a mail server: clouds answer there with secrets. */
const forbidden = new BlockList();
forbidden.addSubnet('169.254.0.0', 16, 'ipv4');
forbidden.addSubnet('fe80::', 10, 'ipv6');
forbidden.addAddress('fd00:ec2::254', 'ipv6');

/** The address of a mail server is one at which no mail server can be. */
export class ForbiddenAddressError extends Error {
  constructor() {
    super('Link-local addresses are not allowed for a mail server.');
  }
}

/**
 * A pool of connections to a mail server. The name is looked up once and that address is used, so that it cannot become
 * another one between the check and the connection.
 *
 * @throws ForbiddenAddressError
 * @throws Error with code ENOTFOUND and the like
 */
export async function connect(
  server: Pick<MailServer, 'host' | 'port' | 'protocol' | 'username' | 'certificateAuthority' | 'acceptAnyCertificate'>,
  password: string | undefined,
  connections: number,
): Promise<Transporter<SMTPPool.SentMessageInfo>> {
  const { address, family } = await lookup(server.host);
  if (forbidden.check(address, family === 6 ? 'ipv6' : 'ipv4')) throw new ForbiddenAddressError();
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
}

/** Says what happened without repeating what something else than an SMTP server has sent. */
export function failureOf(error: unknown): SmtpFailure {
  const { code = '', message = '', response, responseCode = 0 } = error as MailError;
  const words = response && /^[2-5]\d\d[ -]/.test(response) ? response.slice(0, 500) : undefined;
  if (error instanceof ForbiddenAddressError) return { message: error.message, permanent: false };
  if (code === 'EAUTH') {
    return { message: `The mail server does not accept the username or password${said(words)}`, permanent: false };
  }
  if (code === 'EENVELOPE') {
    return {
      message: `The mail server refuses the recipient or the sender${said(words)}`,
      permanent: responseCode >= 500,
    };
  }
  if (/certificate|CERT|self.signed|altnames|unable to verify/i.test(`${code} ${message}`)) {
    return {
      message: `The certificate of the mail server is not trusted (${message.slice(0, 200)}).`,
      permanent: false,
    };
  }
  if (words)
    return { message: `The mail server answered: ${words}`, permanent: code === 'EMESSAGE' && responseCode >= 500 };
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

function said(words: string | undefined): string {
  return words ? `: ${words}` : '.';
}
