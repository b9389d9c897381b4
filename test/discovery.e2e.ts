import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer } from 'dns-packet';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { licenseServer } from './support/command.js';
import { NameServer } from './support/network/name-server.js';
import { freshServer, type TestServer } from './support/test-server.js';

const record = '_license-server._tcp.example.test';
const srv = (target: string, port: number, name = record): Answer => ({ type: 'SRV', name, data: { target, port } });
const txt = (data: string): Answer => ({ type: 'TXT', name: record, data });

let server: TestServer;
let names: NameServer | undefined;
beforeAll(async () => {
  server = await freshServer();
});
afterEach(async () => {
  await names?.close();
  names = undefined;
});
afterAll(() => server.close());

/** What doctor says of it. */
async function findings(serverUrl: string, nameServer: string): Promise<{ level: string; words: string }[]> {
  const env = { DATA_DIR: server.dataDir, DATABASE_URL: server.databaseUrl, SERVER_URL: serverUrl };
  const { output } = await licenseServer(env, ['doctor', '--json', '--dns-server', nameServer]);
  const all = JSON.parse(output) as { name: string; level: string; words: string }[];
  return all.filter(({ name }) => name === 'discovery');
}

async function known(serverUrl: string, ...records: Answer[]): Promise<string[]> {
  names = await NameServer.start(records);
  return (await findings(serverUrl, names.address)).map(({ level, words }) => `${level} ${words}`);
}

describe('doctor asks the name service', () => {
  it('and finds a record that leads to this server, which answers', async () => {
    const { port } = new URL(server.url);
    const url = `http://licenses.example.test:${port}`;
    const host: Answer = { type: 'A', name: 'licenses.example.test', data: '127.0.0.1' };
    expect(await known(url, srv('Licenses.example.test', Number(port)), txt(`url=${url}`), host)).toEqual([
      `ok ${record} leads to licenses.example.test:${port}.`,
      `ok A license server answers at ${url}, which TXT ${record} names.`,
    ]);
    // The name of an address that the name server does not know.
    await names?.close();
    expect((await known(url, srv('licenses.example.test', Number(port)), txt(`url=${url}`)))[1]).toBe(
      `warning No license server answers at ${url}, which TXT ${record} names.`,
    );
  });

  it('unless the domain of the server is a top level', async () => {
    expect(
      await known('http://licenses.localhost', srv('licenses.localhost', 80, '_license-server._tcp.localhost')),
    ).toEqual([]);
    expect(names?.asked).toEqual([]);
  });

  it.each([
    ['another host', srv('old.example.test', 8080), `leads to old.example.test:8080, while SERVER_URL is`],
    ['another port', srv('licenses.example.test', 80), `leads to licenses.example.test:80, while SERVER_URL is`],
  ])('and warns of a record with %s', async (_, answer, message) => {
    const found = await known('http://licenses.example.test:8080', answer);
    expect(found[0]).toContain(`warning ${record} ${message}`);
    expect(found[1]).toContain('has no TXT record with the URL');
  });

  it('and warns of a TXT record with another URL', async () => {
    const url = 'https://licenses.example.test/seats';
    const found = await known(url, srv('licenses.example.test', 443), txt('url=https://licenses.example.test'));
    expect(found[1]).toBe(`warning TXT ${record} names https://licenses.example.test, while SERVER_URL is ${url}.`);
  });

  it('for each domain around the host, and has nothing against a network without a record', async () => {
    expect(await known('https://licenses.berlin.example.test')).toEqual([
      'ok No record _license-server._tcp in berlin.example.test or example.test: people are given the address of the server.',
    ]);
    expect(names?.asked).toEqual(['SRV _license-server._tcp.berlin.example.test', `SRV ${record}`]);
  });

  it('and goes on without one that answers', async () => {
    const silent = createSocket('udp4');
    silent.bind(0, '127.0.0.1');
    await once(silent, 'listening');
    const begun = performance.now();
    const found = await findings('https://licenses.example.test', `127.0.0.1:${silent.address().port}`);
    expect(found).toEqual([
      { name: 'discovery', level: 'ok', words: `The name service cannot be asked for ${record} (ETIMEOUT).` },
    ]);
    expect(performance.now() - begun).toBeLessThan(30_000);
    silent.close();
  });

  it('unless the server has an address and no name', async () => {
    expect(await known('http://192.0.2.1:8080', srv('192.0.2.1', 8080))).toEqual([]);
  });
});
