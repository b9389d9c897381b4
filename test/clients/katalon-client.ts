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
}

/** The claims of a license, as the client reads them. */
export interface License {
  licenseType: string;
  /** Seconds since 1970. */
  expirationDate: number;
  renewTime: number;
  machineId: string;
  organizationId: number;
  features: { id: number; name: string; key: string }[];
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

/**
 * Katalon Studio and Runtime Engine as the server sees them: their calls, in their order, in their encoding, and the checks
 * that they make of what comes back. Knows the wire and nothing of the server.
 */
export class KatalonClient {
  readonly machineKey: string;
  readonly sessionId: string;
  activation?: Activation;
  license?: License;
  private accessToken = '';
  private readonly base: string;

  constructor(private readonly options: ClientOptions) {
    this.base = options.serverUrl.replace(/\/$/, '');
    this.machineKey = options.machineKey ?? randomBytes(16).toString('hex');
    this.sessionId = options.sessionId ?? randomUUID();
  }

  /** "Activate": is there a server, sign in, take a seat, ask for its organization. */
  async activate(): Promise<Activation> {
    await this.call('GET', '/info');
    await this.takeSeat();
    const { organization } = this.granted();
    // Always at the root of the host, even when the Server URL has a path.
    await this.call('GET', `/api/v1/organizations/${organization.id}`, {
      url: new URL(`/api/v1/organizations/${organization.id}`, this.base),
    });
    return this.granted();
  }

  /** What the client does every 30 seconds. */
  async heartbeat(now: Date): Promise<'not-due' | 'renewed' | 'locked'> {
    const { license } = this;
    const seconds = now.getTime() / 1000;
    if (!license || seconds >= license.expirationDate) return 'locked';
    if (seconds < license.renewTime) return 'not-due';
    await this.takeSeat();
    return 'renewed';
  }

  /** Whether the license lets this client start: a window needs a `gui` feature, the console a `cli` one. */
  mayRun(): boolean {
    const kind = this.options.package === 'KSE' ? 'gui' : 'cli';
    return this.license?.features.some(({ key }) => key.includes(kind)) ?? false;
  }

  /** At exit. */
  async release(): Promise<void> {
    await this.signIn();
    const { machineKey, sessionId, options } = this;
    const query = {
      machineKey,
      ksVersion: this.version,
      sessionId,
      package: options.package,
      ...this.licensedOrganization,
    };
    await this.call('POST', `/api/v1/license-keys/release?${new URLSearchParams(query).toString()}`);
    this.license = undefined;
  }

  /** "Deactivate" in the menu. */
  async deactivate(): Promise<void> {
    await this.signIn();
    const query = { machineKey: this.machineKey, package: this.options.package, ...this.licensedOrganization };
    await this.call('DELETE', `/api/v1/machine?${new URLSearchParams(query).toString()}`, { json: '' });
    this.license = undefined;
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

  private async takeSeat(): Promise<void> {
    await this.signIn();
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
    this.license = checkLicense(activation, this.machineKey);
    this.activation = activation;
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
    const response = await fetch(url, init);
    const text = await response.text();
    if ([200, 201, 204].includes(response.status)) return text === '' ? undefined : (JSON.parse(text) as unknown);
    let body: { message?: string; error_description?: string; error?: string };
    try {
      body = JSON.parse(text) as typeof body;
    } catch {
      throw new ServerRefusedError(response.status, `The answer is not JSON: ${text.slice(0, 100)}`);
    }
    const words = body.message ?? body.error_description ?? body.error;
    if (!words) throw new ServerRefusedError(response.status, 'The answer says nothing');
    throw new ServerRefusedError(response.status, words);
  }
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
  if (claims.machineId !== machineKey || claims.machineId.includes('*')) refuse('The license is for another machine');
  if (claims.testing !== false) refuse('The license is for testing');
  if (!['ENTERPRISE', 'TRIAL', 'FREE'].includes(claims.licenseType)) refuse(`Unknown type ${claims.licenseType}`);
  const wellFormed = claims.features.every(
    ({ id, name, key: feature }) => Number.isInteger(id) && typeof name === 'string' && typeof feature === 'string',
  );
  if (!wellFormed) refuse('A feature is malformed');
  if (!Number.isInteger(activation.id)) refuse('The id is not a number');
  if (!isIsoDate(activation.expirationDate) || !isIsoDate(activation.createAt)) refuse('A date is not ISO 8601');
  return claims;
}

function parse(part: string): unknown {
  return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
}

function isIsoDate(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text);
}
