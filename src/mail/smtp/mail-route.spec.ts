import { afterEach, describe, expect, it } from '@jest/globals';
import net from 'node:net';
import { SMTPServer } from 'smtp-server';
import { createTransport } from 'nodemailer';
import { transportTo } from './smtp.js';

const open: (net.Server | SMTPServer)[] = [];
afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

/** A mail server at an address of this machine, and the recipients of what it has taken. */
async function mailServer(address: string, port = 0): Promise<{ port: number; recipients: string[]; names: string[] }> {
  const recipients: string[] = [];
  const names: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    closeTimeout: 50,
    onRcptTo: ({ address: to }, session, done) => {
      recipients.push(to);
      names.push(session.hostNameAppearsAs);
      done();
    },
    onData: (stream, _session, done) => stream.resume().on('end', () => done()),
  });
  open.push(server);
  await new Promise<void>((resolve) => server.listen(port, address, resolve));
  return { port: (server.server.address() as net.AddressInfo).port, recipients, names };
}

async function listen(address: string, port: number, greet: (socket: net.Socket) => void): Promise<void> {
  const server = net.createServer((socket) => greet(socket.on('error', () => undefined)));
  open.push(server);
  await new Promise<void>((resolve) => server.listen(port, address, resolve));
}

function openTransport(port: number, resolveHost: () => string[]) {
  const settings = { organizationId: null, host: 'mail.example.com', port, protocol: 'SMTP' as const, username: null };
  const options = transportTo(
    { ...settings, certificateAuthority: null, acceptAnyCertificate: false },
    {
      credentials: {},
      connections: 1,
      allowedNetworks: [],
      ehloName: 'licenses.example.com',
      resolveHost: () => Promise.resolve(resolveHost().map((address) => ({ address, family: net.isIP(address) }))),
    },
  );
  return createTransport(options);
}

const mail = (to: string) => ({ from: 'a@example.com', to, text: 'Hello' });

describe('A mail server with several addresses', () => {
  it('gets its mail as long as one of them answers', async () => {
    const { port, recipients } = await mailServer('127.0.0.1');
    // 127.0.0.2 refuses, 127.0.0.3 is no server that is ready, 127.0.0.4 says nothing.
    await listen('127.0.0.3', port, (socket) => socket.end('421 Too busy\r\n'));
    await listen('127.0.0.4', port, () => undefined);
    const transport = openTransport(port, () => ['127.0.0.2', '127.0.0.3', '127.0.0.4', '::1', '127.0.0.1']);
    await transport.sendMail(mail('one@example.com'));
    expect(recipients).toEqual(['one@example.com']);
    transport.close();
  });

  it('tells what the last one has said, when none is ready', async () => {
    const { port } = await mailServer('127.0.0.1');
    await listen('127.0.0.3', port, (socket) => socket.end('421 Too busy\r\n'));
    const transport = openTransport(port, () => ['127.0.0.2', '127.0.0.3']);
    await expect(transport.sendMail(mail('one@example.com'))).rejects.toThrow('421 Too busy');
    transport.close();
  });
});

describe('A mail server that moves', () => {
  it('is looked up at each connection', async () => {
    const first = await mailServer('127.0.0.1');
    const second = await mailServer('127.0.0.5', first.port);
    let address = '127.0.0.1';
    const transport = openTransport(first.port, () => [address]);
    await transport.sendMail(mail('before@example.com'));
    address = '127.0.0.5';
    await new Promise<void>((resolve) => open.shift()?.close(() => resolve()));
    // The pool may not have noticed yet that its connection has gone.
    await transport.sendMail(mail('after@example.com')).catch(() => transport.sendMail(mail('after@example.com')));
    expect(first.recipients).toEqual(['before@example.com']);
    expect(second.recipients).toEqual(['after@example.com']);
    transport.close();
  });

  it('is greeted with the name of this server', async () => {
    const { port, names } = await mailServer('127.0.0.1');
    const transport = openTransport(port, () => ['127.0.0.1']);
    await transport.sendMail(mail('one@example.com'));
    expect(names).toEqual(['licenses.example.com']);
    transport.close();
  });
});
