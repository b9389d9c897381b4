import { parameterName, productIn } from '../../src/http/validation/call-shape.js';

/** What is left of a value: its kind, or the value itself where it can be no secret. */
export type Shape = string | number | boolean | null | Shape[] | { [name: string]: Shape };

/** Names of values that are words of the protocol, by who says them; and how such a word looks. */
const keyWords = {
  client: new Set(['package', 'feature', 'grant_type']),
  server: new Set(['token_type', 'licenseType', 'code', 'title', 'error', 'role', 'setup']),
};
type Speaker = keyof typeof keyWords;
const protocolWord = /^[A-Za-z][A-Za-z_-]{0,29}$/;
const protocolNumbers = new Set(
  'expires_in status expirationDate renewTime page size totalElements totalPages'.split(' '),
);
const versionNames = new Set(['ksVersion', 'version']);
const version = /^\d[0-9A-Za-z.+-]{0,19}$/;

const kinds: [RegExp, string][] = [
  [/^[0-9a-f]{32}$/, '<32 hexadecimal digits>'],
  [/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, '<UUID>'],
  [/^\s*-----BEGIN [A-Z ]+-----/, '<PEM>'],
  [/^[^@\s]+@[^@\s]+$/, '<e-mail address>'],
  [/^\d+$/, '<digits>'],
];
const time = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d))?$/;

const maxItems = 3;
const maxNames = 50;
const maxDepth = 8;

/** A value without what may be secret or personal. */
export function shapeOf(value: unknown, speaker: Speaker, name = '', depth = 0): Shape {
  if (value === null || value === undefined || typeof value === 'boolean') return value ?? null;
  if (typeof value === 'number') return protocolNumbers.has(name) ? value : '<number>';
  if (typeof value === 'string') return textShape(value, speaker, name);
  if (depth >= maxDepth) return '<deeper>';
  if (Array.isArray(value)) {
    const items = value.slice(0, maxItems).map((each) => shapeOf(each, speaker, name, depth + 1));
    return value.length > maxItems ? [...items, `<${value.length} items in all>`] : items;
  }
  const members = Object.entries(value).slice(0, maxNames);
  // A feature of a license; other keys are secrets.
  const names = new Set(members.map(([key]) => key));
  const isFeature = speaker === 'server' && names.has('key') && names.has('name');
  return Object.fromEntries(
    members.map(([key, each]: [string, unknown]) => [
      parameterName.test(key) ? key : '…',
      isFeature && key === 'key' && typeof each === 'string' && protocolWord.test(each)
        ? each
        : shapeOf(each, speaker, key, depth + 1),
    ]),
  );
}

function textShape(text: string, speaker: Speaker, name: string): Shape {
  if (text === '') return '';
  if (keyWords[speaker].has(name) && protocolWord.test(text)) return text;
  if (versionNames.has(name) && version.test(text)) return text;
  if (time.test(text)) return text;
  const claims = claimsIn(text);
  if (claims) return { JWS: shapeOf(claims, 'server') };
  return kinds.find(([kind]) => kind.test(text))?.[1] ?? `<${text.length} characters>`;
}

/** Of a signed license: which claims it has is what a client reads. */
function claimsIn(text: string): unknown {
  const [, claims] = /^eyJ[\w-]+\.([\w-]+)\.[\w-]+$/.exec(text) ?? [];
  if (claims === undefined) return undefined;
  try {
    return JSON.parse(Buffer.from(claims, 'base64url').toString());
  } catch {
    return undefined;
  }
}

/** The query of an address. */
export function queryShape(url: string): Shape {
  return formShape(/\?([^#]*)/.exec(url)?.[1] ?? '');
}

function formShape(form: string): Shape {
  return shapeOf(Object.fromEntries(new URLSearchParams(form)), 'client');
}

/** A body by its content type; undefined: it does not exist. */
export function bodyShape(body: Buffer, speaker: Speaker, headers: NodeJS.Dict<string | string[]>): Shape | undefined {
  const encoding = headers['content-encoding'];
  if (body.length === 0) return undefined;
  const media = mediaType(String(headers['content-type'] ?? ''));
  const unread = `<${body.length} bytes>`;
  if (encoding !== undefined && encoding !== 'identity') return unread;
  if (media === 'application/x-www-form-urlencoded') return formShape(body.toString());
  if (!media.endsWith('json')) return unread;
  try {
    return shapeOf(JSON.parse(body.toString()), speaker);
  } catch {
    return `<${body.length} bytes that are not JSON>`;
  }
}

function mediaType(type: string): string {
  return /^[a-z]+\/[a-z.+-]+/.exec(type.toLowerCase())?.[0] ?? '';
}

/** Headers by name; of a few the value says what the client is and wants. */
export function headersShape(headers: NodeJS.Dict<string | string[]>): Shape {
  const shown = Object.entries(headers).map(([name, value]): [string, Shape] => {
    const text = [value].flat().join(', ');
    if (!/^[a-z][a-z0-9-]{0,39}$/.test(name)) return ['…', `<${text.length} characters>`];
    if (name === 'user-agent') return [name, productIn(text)];
    if (name === 'content-type') return [name, mediaType(text)];
    if (name === 'content-length' || name === 'retry-after') return [name, /^\d+$/.test(text) ? Number(text) : '…'];
    if (name === 'connection' || name === 'transfer-encoding') return [name, protocolWord.test(text) ? text : '…'];
    const scheme = name === 'authorization' ? `${/^(Basic|Bearer) /i.exec(text)?.[1] ?? ''} ` : '';
    return [name, `${scheme}<${text.length} characters>`.trim()];
  });
  return Object.fromEntries(shown);
}
