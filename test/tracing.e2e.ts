import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Api } from './support/api.js';
import { Program } from './support/program.js';
import { emptyDatabase, rootAccount } from './support/test-server.js';
import { until } from './support/until.js';
import { WebhookReceiver } from './support/network/webhook-receiver.js';

/** As OTLP writes it. */
interface Span {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  attributes: { key: string; value: { stringValue?: string; intValue?: number } }[];
  status: { code: number };
}

interface Export {
  resourceSpans: { resource: { attributes: Span['attributes'] }; scopeSpans: { spans: Span[] }[] }[];
}

const [serverKind, clientKind, failed] = [2, 3, 2];
const callersTrace = '4bf92f3577b34da6a3ce929d0e0e4736';
const callersSpan = '00f067aa0ba902b7';
const traceparent = `00-${callersTrace}-${callersSpan}-01`;

let folder: string;
let drop: () => Promise<void>;
let collector: WebhookReceiver;
let program: Program;
let api: Api;

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-tracing-'));
  collector = await WebhookReceiver.open();
  collector.answer = (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  const database = await emptyDatabase();
  drop = database.drop;
  program = new Program({
    DATA_DIR: folder,
    DATABASE_URL: database.url,
    OTEL_EXPORTER_OTLP_ENDPOINT: new URL(collector.url).origin,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-api-key=let%20me%20in',
    OTEL_SERVICE_NAME: 'licenses of Acme',
  });
  api = await program.ready();
  const token = /setup token[^A-Za-z0-9_-]+([A-Za-z0-9_-]{20,})/i.exec(program.output)?.[1] ?? '';
  await api.post('/api/v1/setup/evaluation', {}, { 'x-setup-token': token }).expect(200);
  await api.post('/api/v1/setup/account', rootAccount, { 'x-setup-token': token }).expect(200);
});
afterAll(async () => {
  await Program.endAll();
  collector.close();
  await drop();
  rmSync(folder, { recursive: true });
});

const exports = (): Export[] => collector.arrivals.map(({ body }) => JSON.parse(body) as Export);
const spans = (): Span[] =>
  exports().flatMap(({ resourceSpans }) =>
    resourceSpans.flatMap((each) => each.scopeSpans.flatMap((one) => one.spans)),
  );
const attribute = (of: Span['attributes'], key: string): unknown => {
  const value = of.find((each) => each.key === key)?.value;
  return value?.stringValue ?? value?.intValue;
};

/** The span of a request, once the collector has it, and the spans of what it asked for. */
async function request(requestId: string): Promise<{ span: Span; parts: Span[] }> {
  const find = (): Span | undefined =>
    spans().find(({ attributes }) => attribute(attributes, 'license_server.request_id') === requestId);
  await until(() => find() !== undefined, 30, `the span of ${requestId}`);
  const span = find()!;
  return { span, parts: spans().filter(({ parentSpanId }) => parentSpanId === span.spanId) };
}

describe('With a collector of OpenTelemetry', () => {
  it('each request is a span that goes on with the trace of its caller, its statements are parts of it', async () => {
    const credentials = { email: rootAccount.email, password: rootAccount.password };
    await api.post('/api/v1/auth/sign-in', credentials, { traceparent, 'x-request-id': 'sign-in' }).expect(204);
    const { span, parts } = await request('sign-in');
    expect(span).toMatchObject({ traceId: callersTrace, parentSpanId: callersSpan, kind: serverKind });
    expect(span.name).toBe('POST /api/v1/auth/sign-in');
    expect(attribute(span.attributes, 'http.response.status_code')).toBe(204);
    expect(parts.length).toBeGreaterThan(0);
    for (const part of parts) {
      expect(part).toMatchObject({ traceId: callersTrace, kind: clientKind });
      expect(attribute(part.attributes, 'db.system.name')).toBe('postgresql');
    }
    expect(parts.map((part) => attribute(part.attributes, 'db.query.text')).join()).toContain('user_account');
  });

  it('says whose spans they are, and shows its key', async () => {
    await request('sign-in');
    const [first] = exports();
    const { attributes } = first!.resourceSpans[0]!.resource;
    expect(attribute(attributes, 'service.name')).toBe('licenses of Acme');
    expect(collector.arrivals[0]!.headers['x-api-key']).toBe('let me in');
  });

  it('tells no secret: neither values of statements nor addresses', async () => {
    const token = 'an-invitation-that-nobody-else-may-know';
    await api.get(`/api/v1/invitations/${token}`, { 'x-request-id': 'invitation' }).refused(404);
    const { span } = await request('invitation');
    expect(span.name).toBe('GET /api/v1/invitations/:token');
    const sent = collector.arrivals.map(({ body }) => body).join();
    for (const secret of [token, rootAccount.password, rootAccount.email]) expect(sent).not.toContain(secret);
  });

  it('names the trace in the log', async () => {
    await api.get('/api/v1/users', { traceparent, 'x-request-id': 'nobody' }).refused(401);
    await program.said('"requestId":"nobody"');
    const line = program.output.split('\n').find((each) => each.includes('"requestId":"nobody"'))!;
    const { span } = await request('nobody');
    expect(JSON.parse(line)).toMatchObject({ trace_id: callersTrace, span_id: span.spanId });
    expect(span.status.code).not.toBe(failed);
  });

  it('begins a trace of its own for a caller without one, or with one that is none', async () => {
    await api.get('/info', { 'x-request-id': 'without' }).expect(200);
    await api.get('/info', { 'x-request-id': 'broken', traceparent: '00-xyz' }).expect(200);
    const [without, broken] = [await request('without'), await request('broken')];
    for (const { span } of [without, broken]) expect(span.parentSpanId ?? '').toBe('');
    expect(without.span.traceId).not.toBe(broken.span.traceId);
  });

  it('leaves out what asks all the time', async () => {
    await api.get('/health/ready', { 'x-request-id': 'probe' }).expect(200);
    await api.get('/info', { 'x-request-id': 'after-the-probe' }).expect(200);
    await request('after-the-probe');
    expect(JSON.stringify(spans())).not.toContain('"probe"');
  });

  it('answers as ever while the collector refuses, and says in the log what is wrong', async () => {
    const { answer } = collector;
    collector.answer = (response) => response.writeHead(401).end('no key of ours');
    await api.get('/info', { 'x-request-id': 'refused' }).expect(200);
    await program.said('Traces could not be sent');
    collector.answer = answer;
  });
});
