import { createPublicKey, randomBytes, randomUUID, verify } from 'node:crypto';

export type Package = 'KSE' | 'ENGINE' | 'FLOATING_ENGINE';

export interface ClientOptions {
  /** As the user types it; a trailing slash is removed, a path prefix is kept. */
  serverUrl: string;
  package: Package;
  /** E-mail and password in the window of Studio… */
  email?: string;
  password?: string;
  /** …or `-apiKey=` on the command line. */
  apiKey?: string;
  /** `-orgID=`; absent: the server chooses. */
  organizationId?: number;
  machineKey?: string;
  sessionId?: string;
  hostname?: string;
  ksVersion?: string;
  /** The clock of its machine. */
  now?: () => Date;
}

/** What a look at the license came to. */
export type Look =
  | 'not-due'
  | 'renewed'
  /** The answer was a license that has ended: it keeps the one it has, and asks again at its next look. */
  | 'told'
  /** The license has ended: the client stops. */
  | 'locked'
  /** A renewal has failed: the client can no longer read its license, so it neither renews nor stops. */
  | 'unreadable';

/** The claims of a license, as the client reads them. */
export interface License {
  licenseType: string;
  /** Seconds since 1970. */
  expirationDate: number;
  renewTime: number;
  machineId: string;
  organizationId: number;
  features: { id?: number; name: string; key: string }[];
  testing: unknown;
}

export interface Activation {
  id: number;
  value: string;
  machineId: string;
  createAt: string;
  expirationDate: string;
  organization: { id: number; name: string; role: string };
  errorMessage: string | null;
  publicKey: string;
}

/** The server said no; the message is what the client shows its user. */
export class ServerRefusedError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** The client does not accept what the server has granted. */
export class LicenseRefusedByClientError extends Error {}

/** GETs are asked again so many times when the connection drops; POSTs never. */
const maxRepeats = 3;

/**
 * Katalon Studio and Runtime Engine: their calls, in their order, in their encoding, the checks that they make of what comes
 * back, and what they do when it is not what they want. Knows the wire and nothing of the server.
 */
export class KatalonClient {
  readonly machineKey: string;
  /** The newest answer that granted a seat. */
  activation?: Activation;
  /** What it works with; kept until another one is granted, or it stops. */
  license?: License;
  /** What an answer with an ended license said, until a seat is granted again. */
  endedMessage?: string;
  /** Its request that has no answer yet, such as `POST /oauth/token`. */
  underWay?: string;
  private run: string;
  /** Forgotten before each renewal; without it the license cannot be read. */
  private publicKey?: string;
  private accessToken = '';
  private base: string;

  constructor(private readonly options: ClientOptions) {
    this.base = options.serverUrl.replace(/\/$/, '');
    this.machineKey = options.machineKey ?? randomBytes(16).toString('hex');
    this.run = options.sessionId ?? randomUUID();
  }

  /** Another one after each release. */
  get sessionId(): string {
    return this.run;
  }

  /** The name of its server leads to another address from now on. */
  moveTo(serverUrl: string): void {
    this.base = serverUrl.replace(/\/$/, '');
  }

  /** Whether it runs without ever asking again: a renewal has failed. */
  get isLost(): boolean {
    return this.license !== undefined && this.publicKey === undefined && this.underWay === undefined;
  }

  /** "Activate": is there a server, sign in, take a seat, ask for its organization. */
  async activate(): Promise<Activation> {
    await this.call('GET', '/info');
    await this.signIn();
    const { activation, license } = await this.takeSeat();
    // The dialog says nothing then: no server should grant such a seat.
    if (hasEnded(license, this.now())) throw new LicenseRefusedByClientError('The license has ended');
    if (!this.accepts(license)) throw new LicenseRefusedByClientError('The license lacks a feature');
    this.keep(activation, license);
    const { organization } = activation;
    // Always at the root of the host, even when the Server URL has a path.
    await this.call('GET', `/api/v1/organizations/${organization.id}`, {
      url: new URL(`/api/v1/organizations/${organization.id}`, this.base),
    });
    return activation;
  }

  /**
   * What the client does every 30 seconds.
   *
   * @throws what the renewal fails with; the real client only logs it, and is lost
   */
  async heartbeat(now: Date): Promise<Look> {
    const { license } = this;
    if (!license) return 'locked';
    if (this.publicKey === undefined) return 'unreadable';
    if (hasEnded(license, now)) return 'locked';
    if (now.getTime() / 1000 < license.renewTime) return 'not-due';
    this.publicKey = undefined;
    await this.signIn();
    const answer = await this.takeSeat();
    this.publicKey = answer.activation.publicKey;
    if (hasEnded(answer.license, now)) {
      this.endedMessage = answer.activation.errorMessage ?? '';
      return 'told';
    }
    this.keep(answer.activation, answer.license);
    return 'renewed';
  }

  /** Whether the license lets this client run: a window needs a key with `gui` in it, and Runtime Engine the key `cli`. */
  mayRun(): boolean {
    if (this.options.package === 'KSE') return this.license !== undefined && this.accepts(this.license);
    return this.license?.features.some(({ key }) => key === 'cli') ?? false;
  }

  /** At exit, or at the end of a run. */
  async release(): Promise<void> {
    await this.signIn();
    const { machineKey, sessionId } = this;
    const query = {
      machineKey,
      ksVersion: this.version,
      sessionId,
      package: this.endingPackage,
      ...this.licensedOrganization,
    };
    await this.call('POST', `/api/v1/license-keys/release?${new URLSearchParams(query).toString()}`);
    this.forget();
  }

  /** "Deactivate" in the menu. */
  async deactivate(): Promise<void> {
    await this.signIn();
    const query = { machineKey: this.machineKey, package: this.endingPackage, ...this.licensedOrganization };
    await this.call('DELETE', `/api/v1/machine?${new URLSearchParams(query).toString()}`, { json: '' });
    this.forget();
  }

  /** The process has gone, however: the next run is another session. */
  forget(): void {
    this.license = undefined;
    this.activation = undefined;
    this.endedMessage = undefined;
    this.publicKey = undefined;
    this.run = randomUUID();
  }

  async me(): Promise<{ id: string; organizations: { id: number; name: string; role: string }[]; teams: unknown[] }> {
    await this.signIn();
    return (await this.call('GET', '/api/v1/users/me')) as never;
  }

  async organizations(): Promise<{ id: number; name: string; role: string; kreLicense: boolean }[]> {
    await this.signIn();
    return (await this.call('GET', '/api/v1/organizations/list')) as never;
  }

  /** Announces JSON and sends none. */
  async createDefaultOrganization(): Promise<{ id: number; name: string; role: string }> {
    await this.signIn();
    return (await this.call('POST', '/api/v1/organizations', { json: '' })) as never;
  }

  async features(): Promise<{ name: string; key: string }[]> {
    const query = new URLSearchParams({ organizationId: '', ...this.organization, ksVersion: this.version });
    return (await this.call('GET', `/api/v1/features?${query.toString()}`)) as never;
  }

  async subscriptionExpiration(feature: 'KSE' | 'ENGINE'): Promise<Date> {
    const query = new URLSearchParams({ feature, organizationId: '', ...this.organization });
    const date = await this.call('GET', `/api/v1/subscription/expiration?${query.toString()}`);
    if (typeof date !== 'string' || !isIsoDate(date))
      throw new LicenseRefusedByClientError(`Not a date: ${JSON.stringify(date)}`);
    return new Date(date);
  }

  async track(startTime: Date, endTime: Date): Promise<void> {
    const javaDate = (date: Date): string => date.toISOString().replace('Z', '+0000');
    const report = {
      organizationId: this.granted().organization.id,
      machineId: this.machineKey,
      sessionId: this.sessionId,
      startTime: javaDate(startTime),
      endTime: javaDate(endTime),
      ksVersion: this.version,
    };
    await this.call('POST', '/api/v1/tracking', { json: JSON.stringify(report) });
  }

  /** Every round trip to the license begins with a sign-in of its own. */
  private async signIn(): Promise<void> {
    const { email, password, apiKey } = this.options;
    const form = new URLSearchParams({
      username: apiKey === undefined ? (email ?? '') : '',
      password: apiKey ?? password ?? '',
      grant_type: 'password',
    });
    const client = Buffer.from('kit_uploader:kit_uploader').toString('base64');
    const answer = await this.send(new URL(`${this.base}/oauth/token`), {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: `Basic ${client}` },
      body: form.toString(),
    });
    this.accessToken = (answer as { access_token: string }).access_token;
  }

  private async takeSeat(): Promise<{ activation: Activation; license: License }> {
    const query = new URLSearchParams({
      machineKey: this.machineKey,
      sessionId: this.sessionId,
      hostname: this.options.hostname ?? 'localhost',
      ksVersion: this.version,
      organizationId: '',
      ...this.organization,
      package: this.options.package,
    });
    const { email } = this.options;
    const named = email === undefined ? 'email' : `email=${encodeURIComponent(email)}`;
    const activation = (await this.call(
      'POST',
      `/api/v1/license-keys/activate?${query.toString()}&${named}`,
    )) as Activation;
    return { activation, license: checkLicense(activation, this.machineKey) };
  }

  private keep(activation: Activation, license: License): void {
    this.activation = activation;
    this.license = license;
    this.publicKey = activation.publicKey;
    this.endedMessage = undefined;
  }

  /** Whether it takes the license for one of its mode. */
  private accepts({ features }: License): boolean {
    const kind = this.options.package === 'KSE' ? 'gui' : 'cli';
    return features.some(({ key }) => key.includes(kind));
  }

  private now(): Date {
    return this.options.now?.() ?? new Date();
  }

  /** In a container it activates as another package than it ends with. */
  private get endingPackage(): Package {
    return this.options.package === 'KSE' ? 'KSE' : 'ENGINE';
  }

  private granted(): Activation {
    if (!this.activation) throw new Error('Activate first');
    return this.activation;
  }

  private get version(): string {
    return this.options.ksVersion ?? '9.0.0';
  }

  private get organization(): { organizationId?: string } {
    const { organizationId } = this.options;
    return organizationId === undefined ? {} : { organizationId: String(organizationId) };
  }

  /** The one in the license; the chosen one, where there is no license. */
  private get licensedOrganization(): { organizationId?: string } {
    return this.license ? { organizationId: String(this.license.organizationId) } : this.organization;
  }

  private async call(method: string, path: string, { json, url }: { json?: string; url?: URL } = {}): Promise<unknown> {
    // The client announces JSON on every call, also where it sends none.
    const headers: Record<string, string> = { accept: 'application/json', 'content-type': 'application/json' };
    if (this.accessToken) headers.authorization = `Bearer ${this.accessToken}`;
    return this.send(url ?? new URL(this.base + path), { method, headers, body: json });
  }

  private async send(url: URL, init: RequestInit): Promise<unknown> {
    const isGet = init.method === 'GET';
    this.underWay = `${init.method} ${url.pathname}`;
    // A renewal every few minutes never finds a connection that is still open.
    const headers = new Headers(init.headers);
    headers.set('connection', 'close');
    const request: RequestInit = { ...init, headers, redirect: isGet ? 'follow' : 'manual' };
    try {
      for (let repeats = 0; ; repeats++) {
        try {
          return await answerOf(await fetch(url, request));
        } catch (error) {
          if (error instanceof ServerRefusedError || !isGet || repeats === maxRepeats) throw error;
        }
      }
    } finally {
      this.underWay = undefined;
    }
  }
}

/** @throws ServerRefusedError in the words that the client shows */
async function answerOf(response: Response): Promise<unknown> {
  const text = await response.text();
  if ([200, 201, 204].includes(response.status)) return text === '' ? undefined : (JSON.parse(text) as unknown);
  let body: { message?: string; error_description?: string; error?: string };
  try {
    body = JSON.parse(text) as typeof body;
  } catch {
    throw new ServerRefusedError(response.status, `The answer is not JSON: ${text.slice(0, 100)}`);
  }
  const message = body.message ?? body.error_description ?? body.error;
  if (!message) throw new ServerRefusedError(response.status, 'The answer says nothing');
  throw new ServerRefusedError(response.status, message);
}

function hasEnded({ expirationDate }: License, now: Date): boolean {
  return now.getTime() / 1000 >= expirationDate;
}

/** The client's own rule: these words, and every part of the second, are the id of any machine. */
export function isForMachine(claimed: string, machineKey: string): boolean {
  return claimed === machineKey || claimed === 'katalon-special-license' || 'katalon-ami'.includes(claimed);
}

/** Verifies what was granted, the way the client's JWT library and its own code do. */
export function checkLicense(activation: Activation, machineKey: string): License {
  const refuse = (why: string): never => {
    throw new LicenseRefusedByClientError(why);
  };
  const [header = '', payload = '', signature = ''] = activation.value.split('.');
  const { alg } = parse(header) as { alg: string };
  if (alg !== 'RS256') refuse(`The algorithm is ${alg}`);
  const key = createPublicKey(activation.publicKey);
  if (key.asymmetricKeyType !== 'rsa' || (key.asymmetricKeyDetails?.modulusLength ?? 0) < 2048) refuse('Not RSA 2048');
  const signed = Buffer.from(`${header}.${payload}`);
  if (!verify('RSA-SHA256', signed, key, Buffer.from(signature, 'base64url'))) refuse('The signature is wrong');
  const claims = parse(payload) as License & Record<string, unknown>;
  for (const name of ['exp', 'nbf', 'iat']) {
    if (name in claims) refuse(`${name} would be checked without leeway`);
  }
  for (const name of ['expirationDate', 'renewTime', 'organizationId'] as const) {
    if (!Number.isInteger(claims[name])) refuse(`${name} is not a whole number`);
  }
  if (!isForMachine(claims.machineId, machineKey)) refuse('The license is for another machine');
  // The client would take it; whoever copies it has a seat on every machine.
  if (claims.machineId !== machineKey) refuse('The license is for every machine');
  if (claims.testing !== false) refuse('The license is for testing');
  if (!['ENTERPRISE', 'TRIAL', 'FREE'].includes(claims.licenseType)) refuse(`Unknown type ${claims.licenseType}`);
  if (!claims.features.every(isFeature)) refuse('A feature is malformed');
  if (!Number.isInteger(activation.id)) refuse('The id is not a number');
  if (!isIsoDate(activation.expirationDate) || !isIsoDate(activation.createAt)) refuse('A date is not ISO 8601');
  return claims;
}

/** One more field fails the whole activation. */
function isFeature({ id, name, key, ...more }: License['features'][number]): boolean {
  const hasId = id === undefined || Number.isInteger(id);
  return hasId && typeof name === 'string' && typeof key === 'string' && Object.keys(more).length === 0;
}

function parse(part: string): unknown {
  return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
}

function isIsoDate(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text);
}
