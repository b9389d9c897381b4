import { createWriteStream, readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { type AddressInfo } from 'node:net';
import { type Writable } from 'node:stream';
import { type Settings } from '../src/config/settings.js';
import { pathShape } from '../src/http/validation/call-shape.js';
import { bodyShape, headersShape, queryShape } from './configuration/without-secrets.js';

/** Bytes of a body that are looked at; all of them are passed on. */
const maxBody = 256 * 1024;
const maxMinutes = 60;

/** Where to write, and where to listen. */
export interface CaptureOptions {
  /** True: to the standard output. */
  file: string | true;
  port: number;
}

/**
 * Stands between a client and the server until it is stopped, at most an hour, and writes what they say to each other: a line of
 * JSON for each call, without secrets.
 */
export async function capture(settings: Settings, { file, port }: CaptureOptions): Promise<void> {
  const out: Writable = file === true ? process.stdout : createWriteStream(file, { flags: 'wx', mode: 0o600 });
  await new Promise<void>((resolve, reject) => {
    if (file === true) resolve();
    else out.once('open', () => resolve()).once('error', reject);
  });
  const server = listener(settings, (request, response) => passOn(settings, request, response, out));
  // A client may have to wait for its answer.
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, settings.host, resolve);
  });
  const { port: listening } = server.address() as AddressInfo;
  console.error(
    `Enter ${addressOf(settings, listening)} as the Server URL in the client, and use it. Press Ctrl-C to stop recording` +
      `${file === true ? '' : ` in ${file}`}; it stops automatically after ${maxMinutes} minutes.`,
  );
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
    setTimeout(resolve, maxMinutes * 60_000).unref();
  });
  server.close();
  server.closeAllConnections();
  if (file !== true) await new Promise<void>((resolve) => out.end(resolve));
}

/** Speaks what the server itself speaks, so that no password takes another way than usual. */
function listener({ tlsCertFile, tlsKeyFile }: Settings, answer: http.RequestListener): http.Server {
  if (tlsCertFile === undefined || tlsKeyFile === undefined) return http.createServer(answer);
  return https.createServer({ cert: readFileSync(tlsCertFile), key: readFileSync(tlsKeyFile) }, answer);
}

/** As users open the server, with another port. */
function addressOf({ serverUrl, tlsCertFile }: Settings, port: number): string {
  const url = new URL(serverUrl);
  return `${tlsCertFile ? 'https' : 'http'}://${url.hostname}:${port}${url.pathname.replace(/\/$/, '')}`;
}

/** Where the server is: on this machine, unless any port would do. */
function target({ port, host, serverUrl, tlsCertFile }: Settings): string {
  if (port === 0) return new URL(serverUrl).origin;
  const local = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `${tlsCertFile ? 'https' : 'http'}://${local}:${port}`;
}

function passOn(settings: Settings, request: http.IncomingMessage, response: http.ServerResponse, out: Writable): void {
  const begun = performance.now();
  const { url = '/', method = 'GET', headers } = request;
  const call = {
    at: new Date().toISOString(),
    method,
    path: pathShape(url),
    query: queryShape(url),
    headers: headersShape(headers),
  };
  const sent = new Copy();
  const record = (answer: object): void => {
    const body = sent.shape('client', headers);
    out.write(`${JSON.stringify({ ...call, body, ...answer, millis: Math.round(performance.now() - begun) })}\n`);
  };
  const to = new URL(target(settings));
  const client = to.protocol === 'https:' ? https : http;
  // The certificate is in the name of another host, and this one is asked for by its own settings.
  const options = { method, headers, rejectUnauthorized: false };
  const asked = client.request(`${to.origin}${url.startsWith('/') ? url : '/'}`, options, (answer) => {
    const received = new Copy();
    answer.on('data', (chunk: Buffer) => received.add(chunk));
    answer.on('end', () => {
      const { statusCode, headers: answered } = answer;
      record({ status: statusCode, answerHeaders: headersShape(answered), answer: received.shape('server', answered) });
    });
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  asked.on('error', (error: NodeJS.ErrnoException) => {
    record({ error: error.code ?? 'failed' });
    // As the client would see it without this program in between: a dropped connection.
    response.destroy();
  });
  response.on('close', () => {
    if (!response.writableEnded) asked.destroy();
  });
  request.on('data', (chunk: Buffer) => sent.add(chunk));
  request.pipe(asked);
}

/** The beginning of a body that streams by. */
class Copy {
  private readonly chunks: Buffer[] = [];
  private bytes = 0;

  add(chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.bytes <= maxBody) this.chunks.push(chunk);
  }

  shape(speaker: 'client' | 'server', headers: http.IncomingHttpHeaders): unknown {
    if (this.bytes > maxBody) return `<${this.bytes} bytes>`;
    return bodyShape(Buffer.concat(this.chunks), speaker, headers);
  }
}
