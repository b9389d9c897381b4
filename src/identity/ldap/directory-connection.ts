import { Client, type Entry, ResultCodeError, type SearchOptions } from 'ldapts';
import net from 'node:net';
import tls from 'node:tls';
import { type LdapSettings } from '../provider-settings.js';

const connectMillis = 5000;
const answerMillis = 10_000;
/** Bytes that a directory may send on one connection. */
const maxBytes = 512 * 1024 * 1024;
const pageSize = 500;

/** What is done with a directory, one after the other. */
export type ConnectionStep = 'connect' | 'tls' | 'bind';

/** A step on the way failed; the message is the network's, or the directory's own. */
export class DirectoryStepError extends Error {
  constructor(
    readonly step: ConnectionStep,
    override readonly cause: Error,
  ) {
    super(describeFailure(cause));
  }
}

/** How a server of a directory is reached. */
export interface DirectoryServer {
  /** One address. */
  url: string;
  settings: LdapSettings;
  /** Of the account that searches; undefined: the connection checks people's passwords and is anonymous until then. */
  bindPassword: string | undefined;
}

/**
 * A connection to one server of a directory. The client library would connect once more where a connection is lost, without TLS and
 * without signing in; here a connection is lost for good.
 */
export class DirectoryConnection {
  private constructor(
    private readonly client: Client,
    readonly url: string,
  ) {}

  /**
   * Connects, encrypts, and signs in as the server's own account.
   *
   * @param done told of each step that succeeded
   * @throws DirectoryStepError
   */
  static async open(
    server: DirectoryServer,
    done: (step: ConnectionStep) => void = () => undefined,
  ): Promise<DirectoryConnection> {
    const { url, settings, bindPassword } = server;
    const connection = new DirectoryConnection(clientFor(url, settings), url);
    const step = async (name: ConnectionStep, work: () => Promise<void>): Promise<void> => {
      await work().catch((error: unknown) => {
        connection.close();
        throw new DirectoryStepError(name, error as Error);
      });
      done(name);
    };
    const { hostname, protocol } = new URL(url);
    const isEncrypted = protocol === 'ldaps:' || settings.startTls;
    if (isEncrypted) await step('connect', () => knock(url));
    if (protocol === 'ldaps:') await step('tls', () => connection.connect());
    else if (settings.startTls) await step('tls', () => connection.startTls(tlsOptions(hostname, settings)));
    else await step('connect', () => connection.connect());
    if (settings.bindDn && bindPassword)
      await step('bind', () => connection.client.bind(settings.bindDn, bindPassword));
    return connection;
  }

  get isOpen(): boolean {
    return this.client.isConnected;
  }

  /** Whether a password is right. An empty one is not: a directory takes it for an anonymous bind, which succeeds (RFC 4513, 5.1.2). */
  async verify(dn: string, password: string): Promise<void> {
    if (password === '' || dn === '') throw new Error('An empty password or name is never sent to a directory');
    this.checkOpen();
    await this.client.bind(dn, password);
  }

  /** References to other directories are not followed. */
  async search(base: string, options: SearchOptions): Promise<Entry[]> {
    this.checkOpen();
    const { searchEntries } = await this.client.search(base, { derefAliases: 'never', ...options });
    return searchEntries;
  }

  /** All entries, page by page. */
  async *pages(base: string, options: SearchOptions): AsyncGenerator<Entry[]> {
    this.checkOpen();
    const paged = { derefAliases: 'never', ...options, paged: { pageSize } } as const;
    for await (const { searchEntries } of this.client.searchPaginated(base, paged)) {
      yield searchEntries;
      this.checkOpen();
    }
  }

  close(): void {
    void this.client.unbind().catch(() => undefined);
  }

  private async connect(): Promise<void> {
    // Any request connects; this one asks for nothing that a directory keeps to itself.
    await this.client
      .search('', { scope: 'base', attributes: ['1.1'], filter: '(objectClass=*)' })
      .catch((error: unknown) => {
        if (!(error instanceof ResultCodeError)) throw error;
      });
  }

  private async startTls(options: tls.ConnectionOptions): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const timedOut = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error('The TLS handshake timed out')), connectMillis);
    });
    try {
      await Promise.race([this.client.startTLS(options), timedOut]);
    } finally {
      clearTimeout(timer);
    }
  }

  private checkOpen(): void {
    if (!this.client.isConnected) throw new Error('The connection was closed');
  }
}

/** Whether a failure is the directory's answer to this request, and not that there is no answer. */
export function isAnswer(error: unknown): error is ResultCodeError {
  // Busy and unavailable: another server may be better.
  return error instanceof ResultCodeError && error.code !== 51 && error.code !== 52;
}

function clientFor(url: string, settings: LdapSettings): Client {
  const { hostname, protocol } = new URL(url);
  let connections = 0;
  const once = <Socket extends net.Socket>(connect: () => Socket): Socket => {
    if (++connections > 1) throw new Error('The connection was closed');
    const socket = connect();
    let received = 0;
    socket.on('data', (data: Buffer) => {
      received += data.length;
      if (received > maxBytes) socket.destroy(new Error('The directory sent too much'));
    });
    return socket;
  };
  return new Client({
    url,
    timeout: answerMillis,
    connectTimeout: connectMillis,
    ...(protocol === 'ldaps:' ? { tlsOptions: tlsOptions(hostname, settings) } : {}),
    createConnection: ((port: number, host: string) => once(() => net.connect(port, host))) as typeof net.connect,
    createSecureConnection: ((...args: [number, string, tls.ConnectionOptions] | [tls.ConnectionOptions]) =>
      args.length === 1 ? tls.connect(args[0]) : once(() => tls.connect(...args))) as typeof tls.connect,
  });
}

/** A private authority takes the place of the public ones. */
function tlsOptions(hostname: string, { caCertificate }: LdapSettings): tls.ConnectionOptions {
  const host = hostname.replace(/^\[|\]$/g, '');
  return {
    host,
    ...(net.isIP(host) ? {} : { servername: host }),
    ...(caCertificate.trim() ? { ca: caCertificate } : {}),
    minVersion: 'TLSv1.2',
  };
}

/** Whether the port accepts connections: tells a wrong address from a wrong certificate. */
async function knock(url: string): Promise<void> {
  const { hostname, port, protocol } = new URL(url);
  const socket = net.connect(Number(port || (protocol === 'ldaps:' ? 636 : 389)), hostname.replace(/^\[|\]$/g, ''));
  try {
    await new Promise<void>((resolve, reject) => {
      socket.setTimeout(connectMillis, () => reject(new Error(`No connection within ${connectMillis / 1000} seconds`)));
      socket.once('connect', () => resolve());
      socket.once('error', reject);
    });
  } finally {
    socket.destroy();
  }
}

/** What went wrong, in the words of the directory or the network, on one line. */
export function describeFailure(error: Error): string {
  const { code } = error as { code?: number | string };
  const message = error.message
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, 500);
  if (error instanceof ResultCodeError)
    return `${error.name.replace(/Error$/, '')} (LDAP result ${error.code}): ${message}`;
  return typeof code === 'string' && !message.includes(code) ? `${code}: ${message}` : message;
}
