import { type Socket } from 'node:net';
import pg from 'pg';
import { hostsOf } from '../config/database-address.js';
import { HostChoice } from './pool/host-choice.js';

/** Milliseconds that a host has to accept a connection, TLS and password included. */
const connectMillis = 4_000;

/** Milliseconds of silence after which an idle connection is probed. */
const keepAliveMillis = 5_000;

/** Seconds and milliseconds after which PostgreSQL gives up a client that does not answer, and frees what it holds. */
const giveUpClients =
  '-c tcp_keepalives_idle=3 -c tcp_keepalives_interval=1 -c tcp_keepalives_count=3 -c tcp_user_timeout=6000';

type Callback = (error?: Error | null) => void;

/**
 * A connection to a database whose address may name several hosts: a primary and its stand-bys, of which {@link HostChoice} knows the
 * one to use. All connections of the server and of its commands are of this class.
 */
export class DatabaseClient extends pg.Client {
  private readonly choice: HostChoice | undefined;

  constructor(given?: string | pg.ClientConfig) {
    const config = typeof given === 'string' ? { connectionString: given } : { ...given };
    super({
      keepAlive: true,
      keepAliveInitialDelayMillis: keepAliveMillis,
      ...config,
      options: [config.options, isRemote(config.connectionString) && giveUpClients].filter(Boolean).join(' '),
      connectionTimeoutMillis: Math.min(config.connectionTimeoutMillis ?? connectMillis, connectMillis),
    });
    // A connection may end at any moment, also before its taker listens; the taker's next statement fails then, and that is enough.
    // Without any listener the whole process would end.
    this.on('error', () => undefined);
    this.choice = config.connectionString === undefined ? undefined : HostChoice.of(config.connectionString);
  }

  // Both forms of the base class; the pool uses the callback.
  override connect = ((callback?: Callback): unknown => {
    const connected = this.choice ? this.connectTo(this.choice) : this.connectOnce();
    if (!callback) return connected;
    void connected.then(() => callback(), callback);
    return undefined;
  }) as pg.Client['connect'];

  /**
   * Breaks the connection without a word to the other side, which does not answer: what waits for an answer fails at once, and the next
   * connection may lead to another host.
   */
  abandon(): void {
    this.choice?.forget();
    (this as unknown as { connection: { stream: Socket } }).connection.stream.destroy();
  }

  private async connectTo(choice: HostChoice): Promise<void> {
    const host = await choice.find();
    Object.assign(this, host);
    try {
      await this.connectOnce();
      await choice.check(this, host);
    } catch (error) {
      choice.forget(host);
      await this.end().catch(() => undefined);
      throw error;
    }
  }

  private async connectOnce(): Promise<void> {
    await (pg.Client.prototype.connect as () => Promise<unknown>).call(this);
  }
}

/** Only there packets get lost; and PostgreSQL for Windows would note in its log at each connection what it cannot do. */
function isRemote(address: string | undefined): boolean {
  if (address === undefined || !URL.canParse(address)) return false;
  return !hostsOf(address).every(({ host }) => host.startsWith('/') || isLoopback(host));
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}
