import { Agent, request } from 'node:http';

/** Consoles that are open at the dashboard of an organization. */
export interface Consoles {
  url: string;
  organizationId: number;
  consoles: number;
  /** An API key each; `{n}` becomes the console's number, from 1. */
  key: string;
}

/** What the dashboard fetches again when seats are taken or given back. */
const lists = ['licenses', 'online-licenses?page=0&size=20&sort=startedAt,desc'];

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/**
 * Follows the organization as so many consoles do: each has a stream of events, and fetches again what the dashboard shows when it
 * hears of a change. Goes on until the process ends, and tells how often they have asked when it is asked for that.
 */
export async function openConsoles({ url, organizationId, consoles, key }: Consoles): Promise<object> {
  const path = `${url}/api/v1/organizations/${organizationId}`;
  const counts = { told: 0, asked: 0, errors: 0 };
  const all = Array.from({ length: consoles }, (_, index) => {
    const headers = { authorization: `Bearer ${key.replace('{n}', String(index + 1))}` };
    return follow(`${path}/events`, headers, () => {
      counts.told++;
      for (const list of lists) void ask(`${path}/${list}`, headers, counts);
    });
  });
  await Promise.all(all);
  process.on('message', () => process.send?.({ ...counts }));
  return {};
}

/** Resolves when the stream has begun. */
function follow(url: string, headers: Record<string, string>, onChange: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { headers: { ...headers, accept: 'text/event-stream' }, agent: false }, (answer) => {
      if (answer.statusCode !== 200) reject(new Error(`A stream of events was answered with ${answer.statusCode}`));
      answer.setEncoding('utf8');
      answer.on('error', () => undefined);
      answer.on('data', (text: string) => {
        if (text.includes('event: following')) resolve();
        if (text.includes('event: changed')) onChange();
      });
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

function ask(url: string, headers: Record<string, string>, counts: { asked: number; errors: number }): Promise<void> {
  counts.asked++;
  return new Promise((resolve) => {
    const outgoing = request(url, { headers, agent }, (answer) => {
      if (answer.statusCode !== 200) counts.errors++;
      answer.resume();
      answer.on('end', resolve);
    });
    outgoing.on('error', () => {
      counts.errors++;
      resolve();
    });
    outgoing.end();
  });
}
