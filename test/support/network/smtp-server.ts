import type net from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { until } from '../until.js';

export { freePort } from './free-port.js';
export { privateAuthority } from './private-authority.js';
export { until } from '../until.js';

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
