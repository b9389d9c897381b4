import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import { type LookupFunction } from 'node:net';
import { text } from 'node:stream/consumers';
import { type Settings } from '../../src/config/settings.js';

type Place = Pick<Settings, 'port' | 'host' | 'tlsCertFile' | 'serverUrl'>;

/** What the license server of these settings says of itself on this machine; undefined: something else is there, or nothing. */
export async function serverInfo(settings: Place): Promise<{ version: string } | undefined> {
  const answer = await askServer(settings, '/info');
  try {
    const info = JSON.parse(answer?.body ?? '') as { name?: string; version?: string };
    return info.name === 'License server' ? { version: info.version ?? '' } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Asks the server that listens where these settings say, on this machine.
 *
 * @param path such as `/info`, without the path of SERVER_URL
 * @returns undefined: there is no answer within five seconds
 */
export async function askServer(
  { port, host, tlsCertFile, serverUrl }: Place,
  path: string,
): Promise<{ status: number; body: string } | undefined> {
  const prefix = new URL(serverUrl).pathname.replace(/\/$/, '');
  for (const place of placesToAsk(host)) {
    const answer = await get(`${tlsCertFile ? 'https' : 'http'}://${place}:${port}${prefix}${path}`);
    if (answer) return answer;
  }
  return undefined;
}

/** Where this machine reaches what listens on an address: by numbers, for a hosts file may lack `localhost`. */
function placesToAsk(host: string): string[] {
  if (host === '0.0.0.0') return ['127.0.0.1'];
  if (host === '::') return ['127.0.0.1', '[::1]'];
  if (host === 'localhost') return ['localhost', '127.0.0.1', '[::1]'];
  return [host.includes(':') ? `[${host}]` : host];
}

/**
 * @param lookup how its host is found; undefined: as the system does
 * @returns undefined: there is no answer in time
 */
export async function get(
  url: string,
  { timeout = 5000, lookup }: { timeout?: number; lookup?: LookupFunction } = {},
): Promise<{ status: number; body: string } | undefined> {
  try {
    // It is asked on this machine, where the name in a certificate is another one.
    const options = { rejectUnauthorized: false, timeout, lookup };
    const asked = url.startsWith('https:') ? https.get(url, options) : http.get(url, options);
    asked.on('timeout', () => asked.destroy(new Error('It does not answer.')));
    const [answer] = (await once(asked, 'response')) as [http.IncomingMessage];
    return { status: answer.statusCode ?? 0, body: await text(answer) };
  } catch {
    return undefined;
  }
}
