import fastify from 'fastify';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { openConsoles } from './consoles.js';
import { median, percentile } from './percentile.js';

/** What the bench does in processes of their own, by name; see load.ts. */
const jobs: Record<string, (parameters: never) => Promise<object>> = {
  ...{ paced, morning, signIns, exactly, atOnce, 'bare-route': bareRoute, consoles: openConsoles },
};

/** Connections as each client has its own; at most so many for each kind of request, so that one kind does not wait for another. */
const agents = new Map<string, Agent>();

function agentFor(pathname: string): Agent {
  const agent = agents.get(pathname) ?? new Agent({ keepAlive: true, maxSockets: 12_000 });
  agents.set(pathname, agent);
  return agent;
}

interface Call {
  url: string;
  method: string;
  headers: Record<string, string>;
  body?: string;
  /** How long it waits for an answer; 0: for as long as it takes, as Katalon's clients do. */
  timeoutMillis?: number;
}

/** Status 0: no answer. */
function send(
  { url, method, headers, body, timeoutMillis = 60_000 }: Call,
  agent = agentFor(new URL(url).pathname),
): Promise<{ status: number; body: string }> {
  return new Promise((resolve) => {
    const outgoing = request(url, { agent, method, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => (text += chunk));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: text }));
    });
    outgoing.on('error', () => resolve({ status: 0, body: '' }));
    outgoing.setTimeout(timeoutMillis, () => outgoing.destroy());
    outgoing.end(body);
  });
}

/**
 * Requests at a steady rate, whatever the server answers: each is due at its time, and its latency counts from then, also when it
 * could only be sent later.
 */
async function paced({ url, headers, lines, clients, rate, seconds, status: wanted }: Paced): Promise<object> {
  const latencies: number[] = [];
  const running: Promise<void>[] = [];
  let errors = 0;
  const start = performance.now();
  for (let sent = 0; sent < rate * seconds;) {
    const due = Math.min((performance.now() - start) / 1000, seconds) * rate;
    for (; sent < due; sent++) {
      const at = start + (sent / rate) * 1000;
      const line = (lines[sent % lines.length] ?? '').replaceAll('{n}', String(sent % clients));
      const [pathname, body] = line.split('\t');
      running.push(
        send({ url: `${url}${pathname}`, method: 'POST', headers, body }).then(({ status }) => {
          if (status !== wanted) errors++;
          latencies.push(performance.now() - at);
        }),
      );
    }
    await pause(1);
  }
  await Promise.all(running);
  return { ...percentiles(latencies), errors };
}

interface Paced {
  url: string;
  headers: Record<string, string>;
  /** A path each, or a path, a tab and a JSON body; `{n}` becomes the number of a client. */
  lines: readonly string[];
  clients: number;
  /** Per second. */
  rate: number;
  seconds: number;
  /** Of a right answer. */
  status: number;
}

/** Each request of a file once, over so many connections; a line is a path, or a path, a tab and a JSON body. */
async function exactly({ url, method, headers, file, clients }: Exactly): Promise<object> {
  const lines = readFileSync(file, 'utf8').split('\n');
  const connections = new Agent({ keepAlive: true, maxSockets: clients });
  let next = 0;
  let errors = 0;
  const client = async (): Promise<void> => {
    while (next < lines.length) {
      const [pathname, body] = (lines[next++] ?? '').split('\t');
      const { status } = await send({ url: `${url}${pathname}`, method, headers, body }, connections);
      if (status < 200 || status > 299) errors++;
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  connections.destroy();
  return { errors };
}

interface Exactly {
  url: string;
  method: string;
  headers: Record<string, string>;
  file: string;
  clients: number;
}

/**
 * Monday morning: clients come one after the other, evenly over most of the time, sign in, take a seat as Studio does, and
 * sign in and renew at once. Whoever is not done at the end has not been served.
 */
async function morning({ url, clients, seconds, password, domain, packageName }: Morning): Promise<object> {
  const steps = { signIn: [] as number[], again: [] as number[], checkOut: [] as number[], renewal: [] as number[] };
  const errors: Record<string, number> = {};
  let served = 0;
  const start = performance.now();
  const isOver = (): boolean => performance.now() > start + seconds * 1000;
  const timed = async (into: number[], call: Call): Promise<string | undefined> => {
    if (isOver()) return undefined;
    const began = performance.now();
    const { status, body } = await send(call);
    if (isOver()) return undefined;
    into.push(performance.now() - began);
    if (status === 200) return body;
    errors[status] = (errors[status] ?? 0) + 1;
    return undefined;
  };
  const signIn = async (into: number[], index: number): Promise<string | undefined> => {
    const answer = await timed(into, signInCall(url, { index, domain, password }));
    return answer && (JSON.parse(answer) as { access_token: string }).access_token;
  };
  const activate = (into: number[], index: number, token: string): Promise<string | undefined> =>
    timed(into, activationCall(`${url}/api/v1/license-keys/activate`, index, token, packageName));
  const client = async (index: number): Promise<void> => {
    const token = await signIn(steps.signIn, index);
    if (!token || !(await activate(steps.checkOut, index, token))) return;
    const again = await signIn(steps.again, index);
    if (again && (await activate(steps.renewal, index, again))) served++;
  };
  const running: Promise<void>[] = [];
  for (let come = 0; come < clients;) {
    const due = ((performance.now() - start) / 1000 / (seconds * 0.9)) * clients;
    for (; come < Math.min(due, clients); come++) running.push(client(come + 1));
    await pause(5);
  }
  await Promise.race([Promise.all(running), pause(start + seconds * 1000 - performance.now())]);
  const took = (performance.now() - start) / 1000;
  return {
    ...{ served, errors, took },
    ...{
      signIn: percentiles(steps.signIn),
      again: percentiles(steps.again),
      checkOut: percentiles(steps.checkOut),
      renewal: percentiles(steps.renewal),
    },
  };
}

/** People who sign in again and again, 16 at a time, with passwords that the server has seen. */
async function signIns({ url, people, domain, password, seconds }: SignIns): Promise<object> {
  const latencies: number[] = [];
  let errors = 0;
  let next = 0;
  let isWarm = false;
  const signIn = async (): Promise<void> => {
    const index = (next++ % people) + 1;
    const began = performance.now();
    const { status } = await send(signInCall(url, { index, domain, password }));
    if (status !== 200) errors++;
    if (isWarm) latencies.push(performance.now() - began);
  };
  const atOnce = (goOn: () => boolean): Promise<unknown> =>
    Promise.all(
      Array.from({ length: 16 }, async () => {
        while (goOn()) await signIn();
      }),
    );
  await atOnce(() => next < people);
  isWarm = true;
  const start = performance.now();
  await atOnce(() => performance.now() < start + seconds * 1000);
  const took = (performance.now() - start) / 1000;
  return { ...percentiles(latencies), rate: latencies.length / took, errors };
}

function signInCall(
  url: string,
  { index, domain = 'example.com', password }: { index: number; domain?: string; password: string },
): Call {
  const form = new URLSearchParams({
    grant_type: 'password',
    username: `tester-${index}@${domain}`,
    password: password.replace('{n}', String(index)),
  });
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return { url: `${url}/oauth/token`, method: 'POST', headers, body: form.toString() };
}

function activationCall(url: string, index: number, token: string, packageName: string): Call {
  const machineKey = index.toString(16).padStart(32, 'b');
  const query = `machineKey=${machineKey}&sessionId=mm-${index}&hostname=mm-${index}&ksVersion=10&package=${packageName}&organizationId=`;
  return { url: `${url}?${query}`, method: 'POST', headers: { authorization: `Bearer ${token}` } };
}

/** Sessions that are over ask all at once. */
async function atOnce({ url, file, headers }: AtOnce): Promise<object> {
  const latencies: number[] = [];
  const start = performance.now();
  const answers = await Promise.all(
    readFileSync(file, 'utf8')
      .split('\n')
      .map(async (path) => {
        const answer = await send({ url: url + path, method: 'POST', headers, timeoutMillis: 0 });
        latencies.push(performance.now() - start);
        return answer;
      }),
  );
  const ended = answers.filter(
    ({ status, body }) => status === 200 && body.includes('"2000-01-01T00:00:00.000Z"'),
  ).length;
  return { ...percentiles(latencies), took: (performance.now() - start) / 1000, ended };
}

interface AtOnce {
  url: string;
  /** A path in each line. */
  file: string;
  headers: Record<string, string>;
}

interface SignIns {
  url: string;
  people: number;
  domain: string;
  password: string;
  seconds: number;
}

interface Morning {
  url: string;
  clients: number;
  seconds: number;
  /** `{n}` becomes the client's number. */
  password: string;
  /** Of their addresses. */
  domain?: string;
  packageName: string;
}

function percentiles(values: number[]): { count: number; p50: number; p99: number } {
  return { count: values.length, p50: median(values), p99: percentile(values, 0.99) };
}

/** The least that the same framework can do. */
async function bareRoute(): Promise<object> {
  const app = fastify();
  app.post('/api/v1/leases/:id/renew', ({ params }) => ({
    id: (params as { id: string }).id,
    expiresAt: new Date(),
    renewAt: new Date(),
  }));
  return { url: await app.listen({ host: '127.0.0.1', port: 0 }) };
}

const [job = '', parameters = '{}'] = process.argv.slice(2);
const answer = await jobs[job]?.(JSON.parse(parameters) as never);
process.send?.(answer ?? null);
