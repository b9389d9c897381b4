import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { connect, isIP, type Socket } from 'node:net';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { type SyslogServer } from '../../../config/setting-parsers.js';
import { jsonLine, type OutgoingRecord, syslogMessage } from './outgoing-record.js';

/** Where the audit log goes besides the database. */
export interface Destination {
  /** Under which the database remembers what it has. */
  readonly name: string;
  /** Resolves when it has them; rejects when it may lack any. */
  send(records: readonly OutgoingRecord[]): Promise<void>;
}

/** Milliseconds in which a connection must come about, or take something. */
const stallMillis = 15_000;
/** Milliseconds in which a receiver closes a connection that has ended. */
const closeMillis = 5_000;
/** Bytes of a datagram at most; longer messages are cut. */
const maxDatagram = 60_000;
/** Datagrams at once, so that the receiver's buffer does not overflow. */
const datagramBurst = 50;

/** The host name in messages (RFC 5424, 6.2.4). */
const host =
  hostname()
    .replace(/[^\x21-\x7e]/g, '')
    .slice(0, 255) || '-';

/** Syslog over UDP (RFC 5426), which loses what the network loses. */
export class DatagramSyslog implements Destination {
  constructor(private readonly server: SyslogServer) {}

  get name(): string {
    return `syslog ${this.server.url}`;
  }

  async send(records: readonly OutgoingRecord[]): Promise<void> {
    const { address, family } = await lookup(this.server.host);
    const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
    const failed = once(socket, 'error').then(([error]) => {
      throw error as Error;
    });
    failed.catch(() => undefined);
    try {
      const connected = once(socket, 'connect');
      socket.connect(this.server.port, address);
      await Promise.race([connected, failed]);
      for (const [index, record] of records.entries()) {
        const message = Buffer.from(syslogMessage(record, host)).subarray(0, maxDatagram);
        const sent = new Promise<void>((resolve, reject) => {
          socket.send(message, (error) => (error ? reject(error) : resolve()));
        });
        await Promise.race([sent, failed]);
        if (index % datagramBurst === datagramBurst - 1) await delay(5);
      }
      // Time for the answer that nothing listens there, where the network gives one.
      await Promise.race([delay(100), failed]);
    } finally {
      socket.close();
    }
  }
}

/** Syslog over TCP (RFC 6587, octet counting) or TLS (RFC 5425). */
export class StreamSyslog implements Destination {
  constructor(private readonly server: SyslogServer) {}

  get name(): string {
    return `syslog ${this.server.url}`;
  }

  /**
   * Each batch has a connection of its own. Syslog has no acknowledgement, but a receiver that closes the connection after its end
   * has read all of it; one that died before resets it.
   */
  async send(records: readonly OutgoingRecord[]): Promise<void> {
    const socket = this.connect();
    const closed = new Promise<void>((resolve, reject) => {
      socket.once('error', reject).once('close', () => resolve());
    });
    closed.catch(() => undefined);
    socket.setTimeout(stallMillis, () => socket.destroy(new Error('The syslog server does not answer.')));
    const cutShort = closed.then(() => {
      throw new Error('The syslog server has closed the connection.');
    });
    cutShort.catch(() => undefined);
    try {
      await Promise.race([once(socket, this.server.protocol === 'tls' ? 'secureConnect' : 'connect'), cutShort]);
      socket.resume();
      for (const record of records) {
        const message = syslogMessage(record, host);
        const taken = socket.write(`${Buffer.byteLength(message)} ${message}`);
        if (!taken) await Promise.race([once(socket, 'drain'), cutShort]);
      }
      socket.end();
      await Promise.race([closed, delay(closeMillis)]);
    } finally {
      socket.destroy();
    }
  }

  private connect(): Socket {
    const { protocol, host: to, port, ca } = this.server;
    if (protocol !== 'tls') return connect(port, to);
    return connectTls({ host: to, port, ca, servername: isIP(to) ? undefined : to });
  }
}

/** Lines of JSON in a file, which is opened for each batch: it may be renamed or truncated in between. */
export class AuditFile implements Destination {
  constructor(private readonly file: string) {}

  /** Each server has a file of its own. */
  get name(): string {
    return `file ${hostname()} ${this.file}`;
  }

  async send(records: readonly OutgoingRecord[]): Promise<void> {
    const file = await open(this.file, 'a+', 0o600);
    try {
      const { size } = await file.stat();
      const last = size > 0 ? (await file.read(Buffer.alloc(1), 0, 1, size - 1)).buffer.toString() : '\n';
      // A server that was killed has left half a line, which is written again.
      if (last !== '\n') await file.appendFile('\n');
      for (const record of records) await file.appendFile(jsonLine(record));
      await file.datasync();
    } finally {
      await file.close();
    }
  }
}
