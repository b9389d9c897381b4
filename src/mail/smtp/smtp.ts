import { lookup } from 'node:dns/promises';
import { isIP, type Socket } from 'node:net';
import addressParser from 'nodemailer/lib/addressparser';
import type SMTPPool from 'nodemailer/lib/smtp-pool';
import { type Address, guardedAddresses } from '../../network/guarded-address.js';
import { connectToAny } from './mail-route.js';
import { type MailServer } from '../mail-server.entity.js';
import { MailTokens, type TokenSource } from './mail-token.js';

export { failureOf, isExplained } from './smtp-failure.js';

/** Milliseconds after which an organization hears of a failure that no SMTP server has explained, whatever it was. */
export const unexplainedMillis = 12_000;

type Server = Pick<
  MailServer,
  'organizationId' | 'host' | 'port' | 'protocol' | 'username' | 'certificateAuthority' | 'acceptAnyCertificate'
>;

/** What proves to a mail server who sends. */
export interface MailCredentials {
  password?: string;
  /** Where the access tokens come from that take the place of the password. */
  tokens?: TokenSource;
}

export interface TransportOptions {
  credentials: MailCredentials;
  /** Connections at the same time. */
  connections: number;
  /** Networks of which an organization may enter any address. */
  allowedNetworks: readonly string[];
  /** How this server introduces itself. */
  ehloName: string;
  resolveHost?: (host: string) => Promise<readonly Address[]>;
}

type GotSocket = (error: Error | null, options?: { connection: Socket }) => void;

/**
 * What makes a pool of connections to a mail server. Its name is looked up for each of them, and the address that was checked is the one
 * that is connected to: it cannot become another one in between.
 */
export function transportTo(server: Server, options: TransportOptions): SMTPPool.Options {
  const { organizationId, host, port, protocol } = server;
  const resolveHost = options.resolveHost ?? addressesFor(organizationId, options.allowedNetworks);
  const isSecure = protocol === 'SMTPS';
  return {
    pool: true,
    maxConnections: options.connections,
    // When a connection breaks it is the outbox that says when to try again.
    maxRequeues: 0,
    host,
    port,
    name: options.ehloName,
    secure: isSecure,
    requireTLS: protocol === 'SMTP + STARTTLS',
    ignoreTLS: protocol === 'SMTP',
    auth: authentication(server, options.credentials, resolveHost),
    getSocket: (_options: unknown, callback: GotSocket) => {
      resolveHost(host)
        .then((addresses) => connectToAny(addresses, port, isSecure))
        .then(
          (connection) => callback(null, { connection }),
          (error: unknown) => callback(error as Error),
        );
    },
    tls: {
      rejectUnauthorized: !server.acceptAnyCertificate,
      ...(isIP(host) ? {} : { servername: host }),
      ...(server.certificateAuthority === null ? {} : { ca: server.certificateAuthority }),
    },
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 30_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** What the server's administrator enters for the server itself may be anywhere. */
function addressesFor(
  organizationId: number | null,
  allowedNetworks: readonly string[],
): (host: string) => Promise<readonly Address[]> {
  return organizationId === null
    ? (host) => lookup(host, { all: true })
    : (host) => guardedAddresses(host, allowedNetworks);
}

function authentication(
  { username }: Server,
  { password, tokens: source }: MailCredentials,
  resolveHost: (host: string) => Promise<readonly Address[]>,
): SMTPPool.Options['auth'] {
  if (username === null) return undefined;
  if (!source) return { user: username, pass: password ?? '' };
  const tokens = new MailTokens(source, resolveHost);
  return {
    type: 'OAuth2',
    user: username,
    provisionCallback: (_user, isRenewal, callback) => {
      tokens.get(isRenewal).then(
        (token) => callback(null, token),
        (error: unknown) => callback(error as Error),
      );
    },
  };
}

/** The name and the address of a sender as it was entered. A name may hold any signs, also some that separate addresses. */
export function senderIn(text: string): { name: string; address: string } {
  const start = text.lastIndexOf('<');
  const name = text.slice(0, Math.max(0, start)).trim();
  const isQuoted = name === '' || /^"(?:[^"\\]|\\.)*"$/.test(name);
  const quoted = isQuoted ? name : `"${name.replace(/["\\]/g, '\\$&')}"`;
  const [sender] = addressParser(`${quoted} ${text.slice(Math.max(0, start))}`, { flatten: true });
  return sender ?? { name: '', address: text.trim() };
}
