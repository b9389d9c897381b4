import { execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

/** A real SMTP server on loopback, and what has arrived there. */
export class Mailbox {
  readonly mails: ParsedMail[] = [];

  private constructor(
    private readonly server: SMTPServer,
    readonly port: number,
  ) {}

  static async open(options: SMTPServerOptions = {}, port = 0): Promise<Mailbox> {
    const arrived: ParsedMail[] = [];
    const server = new SMTPServer({
      authOptional: true,
      // The license server keeps its connections for the next mail.
      closeTimeout: 50,
      disabledCommands: ['STARTTLS'],
      logger: false,
      onData: (stream, _session, done) => {
        simpleParser(stream).then(
          (mail) => {
            arrived.push(mail);
            done();
          },
          (error: unknown) => done(error as Error),
        );
      },
      ...options,
    });
    // Clients that hang up in the middle are part of the tests.
    server.on('error', () => undefined);
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    // A test that fails before it closes this keeps no run from ending.
    server.server.unref();
    const address = server.server.address() as net.AddressInfo;
    const mailbox = new Mailbox(server, address.port);
    Object.assign(mailbox, { mails: arrived });
    return mailbox;
  }

  /** The mails to an address, once there are so many. */
  async to(address: string, count = 1, seconds = 20): Promise<ParsedMail[]> {
    const find = (): ParsedMail[] => this.mails.filter((mail) => recipientsOf(mail).includes(address));
    await until(() => find().length >= count, seconds, `${count} mails to ${address}`);
    return find();
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => this.server.close(resolve));
  }
}

export function recipientsOf(mail: ParsedMail): string[] {
  return [mail.to ?? []].flat().flatMap(({ value }) => value.map(({ address }) => address ?? ''));
}

/** Steps the server's clock over what it waits before it says that a mail has failed for no reason of SMTP, until it has said so. */
export async function steppingOverTheWait<T>(
  server: { later: (change: { seconds: number }) => Promise<void> },
  answer: Promise<T>,
): Promise<T> {
  let isHere = false;
  const over = (): boolean => (isHere = true);
  answer.then(over, over);
  const stepped = async (): Promise<boolean> => {
    if (!isHere) await server.later({ seconds: 12 });
    return isHere;
  };
  await until(stepped, 60, 'the answer');
  return answer;
}

/** Waits for a condition. */
export async function until(condition: () => boolean | Promise<boolean>, seconds: number, what: string): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`Waited ${seconds} s in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Ports that no system takes for an outgoing connection, or gives to whoever listens at any. */
const ports = { first: 20_000, last: 32_767 };
const maxWorkers = 8;
const given = new Set<number>();

/**
 * A port at which nobody listens, and which stays free for whoever asked, also while a server is away to be started again: not
 * even the tests that run beside these get it.
 */
export async function freePort(): Promise<number> {
  const worker = Number(process.env.JEST_WORKER_ID ?? 0) % maxWorkers;
  for (;;) {
    const port = randomInt(ports.first / maxWorkers, Math.floor(ports.last / maxWorkers)) * maxWorkers + worker;
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
}

function isFree(port: number): Promise<boolean> {
  const server = net.createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/**
 * A private certificate authority, and a certificate that it has signed.
 *
 * @param names for which it is, as OpenSSL writes them
 */
export function privateAuthority(names = 'DNS:localhost'): { ca: string; key: string; cert: string } {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-ca-'));
  const openssl = (...args: string[]): void => {
    execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  };
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=Private CA', '-days', '2');
  openssl(
    'req',
    ...key,
    '-keyout',
    'server.key',
    '-out',
    'server.csr',
    '-subj',
    '/CN=localhost',
    '-addext',
    `subjectAltName=${names}`,
  );
  openssl(
    'x509',
    '-req',
    '-in',
    'server.csr',
    '-CA',
    'ca.pem',
    '-CAkey',
    'ca.key',
    '-CAcreateserial',
    '-out',
    'server.pem',
    '-copy_extensions',
    'copy',
    '-days',
    '2',
  );
  const read = (name: string): string => readFileSync(path.join(folder, name), 'utf8');
  const files = { ca: read('ca.pem'), key: read('server.key'), cert: read('server.pem') };
  rmSync(folder, { recursive: true });
  return files;
}
