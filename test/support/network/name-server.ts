import packet, { type Answer } from 'dns-packet';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

/** A name server on this machine that knows some records, and no others. */
export class NameServer {
  /** What was asked for, such as `SRV _license-server._tcp.example.com`. */
  readonly asked: string[] = [];

  private constructor(private readonly socket: Socket) {}

  static async start(records: readonly Answer[]): Promise<NameServer> {
    const server = new NameServer(createSocket('udp4'));
    server.socket.on('message', (message, { port, address }) => {
      const { id, questions = [] } = packet.decode(message);
      const [question] = questions;
      if (!question) return;
      server.asked.push(`${question.type} ${question.name}`);
      const named = records.filter((record) => record.name === question.name);
      const answers = named.filter((record) => record.type === question.type);
      // NXDOMAIN where there is nothing of this name.
      const flags = packet.AUTHORITATIVE_ANSWER | (named.length > 0 ? 0 : 3);
      server.socket.send(packet.encode({ type: 'response', id, flags, questions, answers }), port, address);
    });
    server.socket.bind(0, '127.0.0.1');
    await once(server.socket, 'listening');
    return server;
  }

  /** As Node's resolver takes it. */
  get address(): string {
    return `127.0.0.1:${this.socket.address().port}`;
  }

  async close(): Promise<void> {
    this.socket.close();
    await once(this.socket, 'close');
  }
}
