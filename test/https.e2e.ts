import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import os from 'node:os';
import path from 'node:path';
import tls, { type PeerCertificate } from 'node:tls';
import { Samples } from './support/metrics.js';
import { freePort } from './support/network/free-port.js';
import { privateAuthority } from './support/network/private-authority.js';
import { freshServer, type TestServer } from './support/test-server.js';
import { until } from './support/until.js';

type Authority = ReturnType<typeof privateAuthority>;
const metricsToken = 'prometheus-of-this-site';

/** The certificate that a server shows, seen by a client that trusts one authority; an error when it does not verify. */
function certificateOf(url: string, { ca }: Authority, options: tls.ConnectionOptions = {}): Promise<PeerCertificate> {
  return new Promise((resolve, reject) => {
    const socket = tls.connect({
      port: Number(new URL(url).port),
      host: '127.0.0.1',
      servername: 'localhost',
      ca,
      ...options,
    });
    socket.once('secureConnect', () => {
      resolve(socket.getPeerCertificate());
      socket.destroy();
    });
    socket.once('error', reject);
  });
}

function get(
  url: string,
  options: https.RequestOptions,
): Promise<{ status: number; headers: http.IncomingHttpHeaders; text: string }> {
  return new Promise((resolve, reject) => {
    const client = url.startsWith('https:') ? https : http;
    const request = client.get(url, options, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    request.once('error', reject);
  });
}

/** What `until` takes: whether the server shows this authority's certificate. */
const shows = (url: string, authority: Authority) => (): Promise<boolean> =>
  certificateOf(url, authority).then(
    () => true,
    () => false,
  );

const folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-tls-'));
const files = { cert: path.join(folder, 'site.pem'), key: path.join(folder, 'site.key') };
const first = privateAuthority();
const second = privateAuthority();
let server: TestServer;
let redirectPort: number;

function put({ cert, key }: { cert: string; key: string }): void {
  writeFileSync(files.cert, cert);
  writeFileSync(files.key, key);
}

beforeAll(async () => {
  put(first);
  redirectPort = await freePort();
  server = await freshServer({
    TLS_CERT_FILE: files.cert,
    TLS_KEY_FILE: files.key,
    HTTP_REDIRECT_PORT: String(redirectPort),
    SERVER_URL: 'https://licenses.test/seats',
    METRICS_TOKEN: metricsToken,
  });
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

describe("The site's certificate", () => {
  it('is what the server answers HTTPS with', async () => {
    expect(server.url).toMatch(/^https:/);
    const answer = await get(`${server.url}/info`, { ca: first.ca, servername: 'localhost' });
    expect(answer.status).toBe(200);
    expect(answer.headers['strict-transport-security']).toMatch(/^max-age=\d+/);
    await expect(get(`${server.url}/info`, { ca: second.ca, servername: 'localhost' })).rejects.toThrow(/certificate/);
  });

  it('is shown to clients of TLS 1.2, such as Java 8, and to none of TLS 1.1', async () => {
    await certificateOf(server.url, first, { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' });
    await certificateOf(server.url, first, { minVersion: 'TLSv1.3' });
    const old: tls.ConnectionOptions = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' };
    await expect(certificateOf(server.url, first, old)).rejects.toThrow(/protocol version/);
  });

  it('is in the metrics with the days that it has left', async () => {
    const read = async (): Promise<Samples> => {
      const headers = { authorization: `Bearer ${metricsToken}` };
      return new Samples((await get(`${server.url}/metrics`, { ca: first.ca, servername: 'localhost', headers })).text);
    };
    expect((await read()).value('license_server_certificate_days_left')).toBeCloseTo(2, 1);
    await server.later({ days: 1 });
    expect((await read()).value('license_server_certificate_days_left')).toBeCloseTo(1, 1);
    const seconds = (await read()).value('license_server_certificate_expiry_timestamp_seconds');
    expect(seconds).toBe(Date.parse((await certificateOf(server.url, first)).valid_to) / 1000);
  });

  it('is exchanged without a restart, and without ending what is under way', async () => {
    const agent = new https.Agent({ keepAlive: true, maxSockets: 1, ca: first.ca, servername: 'localhost' });
    expect((await get(`${server.url}/info`, { agent })).status).toBe(200);
    put(second);
    await until(shows(server.url, second), 30, 'the new certificate');
    expect((await get(`${server.url}/info`, { agent })).status).toBe(200);
    agent.destroy();
  });

  it('stays when the new files are broken or belong to two pairs, until they are whole', async () => {
    writeFileSync(files.cert, 'not a certificate');
    await until(shows(server.url, second), 30, 'the certificate before');
    put({ cert: first.cert, key: second.key });
    // Neither is to be seen; a whole pair comes through after them, so both have been looked at.
    const third = privateAuthority();
    put(third);
    await until(shows(server.url, third), 30, 'the third certificate');
  });

  it('may be replaced by a rename, as certbot does it', async () => {
    for (const [name, text] of Object.entries({ cert: first.cert, key: first.key })) {
      writeFileSync(path.join(folder, `${name}.new`), text);
      renameSync(path.join(folder, `${name}.new`), files[name as keyof typeof files]);
    }
    await until(shows(server.url, first), 30, 'the renamed certificate');
  });
});

describe('Plain HTTP beside HTTPS', () => {
  const locationOf = async (address: string, headers: Record<string, string> = {}): Promise<string> => {
    const { status, headers: answered } = await get(`http://127.0.0.1:${redirectPort}${address}`, { headers });
    expect(status).toBe(308);
    return answered.location ?? '';
  };

  it('is sent to the Server URL, whatever Host says', async () => {
    expect(await locationOf('/')).toBe('https://licenses.test/seats/');
    expect(await locationOf('/api/v1/users?page=1')).toBe('https://licenses.test/seats/api/v1/users?page=1');
    expect(await locationOf('/seats/info/more')).toBe('https://licenses.test/seats/info/more');
    expect(await locationOf('//evil.test/', { host: 'evil.test' })).toMatch(/^https:\/\/licenses\.test\//);
  });
});

describe('A Katalon client on the redirecting port', () => {
  const ask = (method: string, address: string) =>
    fetch(`http://127.0.0.1:${redirectPort}${address}`, { method, redirect: 'manual' });

  it('finds a server, with or without the path of the Server URL', async () => {
    for (const address of ['/info', '/seats/info', '/info?x=1']) {
      const answer = await ask('GET', address);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
      expect(await answer.json()).toMatchObject({
        name: 'License server',
        serverUrl: 'https://licenses.test/seats',
        setup: 'license-required',
      });
    }
  });

  it('is told the https address when it signs in, and nothing of what it sent is read', async () => {
    for (const address of ['/oauth/token', '/seats/oauth/token']) {
      const answer = await ask('POST', address);
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({
        code: 'https-required',
        message: 'This server is used over HTTPS. Enter https://licenses.test/seats as the Server URL.',
        error: 'invalid_request',
      });
    }
  });
});

describe('A certificate behind symbolic links, as Kubernetes mounts it', () => {
  it('is taken up when the links are swapped', async () => {
    const volume = path.join(folder, 'volume');
    const version = (name: string, { cert, key }: Authority): void => {
      mkdirSync(path.join(volume, name), { recursive: true });
      writeFileSync(path.join(volume, name, 'tls.crt'), cert);
      writeFileSync(path.join(volume, name, 'tls.key'), key);
      symlinkSync(name, path.join(volume, '..data.new'));
      renameSync(path.join(volume, '..data.new'), path.join(volume, '..data'));
    };
    version('1', first);
    for (const name of ['tls.crt', 'tls.key']) symlinkSync(path.join('..data', name), path.join(volume, name));
    const other = await freshServer({
      TLS_CERT_FILE: path.join(volume, 'tls.crt'),
      TLS_KEY_FILE: path.join(volume, 'tls.key'),
    });
    await certificateOf(other.url, first);
    version('2', second);
    await until(shows(other.url, second), 30, 'the certificate of the new volume');
    await other.close();
  });
});
