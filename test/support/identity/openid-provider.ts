import { ProviderProcess } from './provider-process.js';

/** A person as a provider knows them. */
export interface OpenidPerson {
  email?: string;
  email_verified?: boolean | string;
  given_name?: string;
  family_name?: string;
  groups?: string[];
  [claim: string]: unknown;
}

/** How a provider lies. */
export interface Lie {
  /** Claims of the ID token; null: left out. */
  claims?: Record<string, unknown>;
  header?: Record<string, unknown>;
  /** `alg: none`. */
  unsigned?: boolean;
  /** `alg: HS256` with this secret. */
  secret?: string;
  /** Signs with a key that is not its own, under the name of its own. */
  foreignKey?: boolean;
  /** Parameters of the address to which it sends the browser back. */
  authorization?: Record<string, string>;
  /** Members of the discovery document. */
  discovery?: Record<string, unknown>;
}

export interface OpenidState {
  people?: Record<string, OpenidPerson>;
  /** The subject of the person in front of the browser; null: the provider lets nobody in. */
  present?: string | null;
  lie?: Lie | null;
  instead?: { status: number; headers?: Record<string, string>; body?: string } | 'nothing' | null;
  clients?: object[];
}

/** A real OpenID provider (npm `oidc-provider`) in a process of its own. */
export class OpenidProvider {
  private constructor(
    private readonly process: ProviderProcess,
    readonly issuer: string,
  ) {}

  /**
   * @param tls with which it speaks HTTPS
   * @param host by which others know it
   */
  static async start(tls?: { key: string; cert: string }, host?: string): Promise<OpenidProvider> {
    const process = new ProviderProcess('openid-provider-child.mjs');
    const { issuer } = await process.ask<{ issuer: string }>('start', { tls, host });
    return new OpenidProvider(process, issuer);
  }

  async set(state: OpenidState): Promise<void> {
    await this.process.ask('set', state);
  }

  /** From now on it signs with another key, and its document has that one only. */
  async rotateKeys(): Promise<void> {
    await this.process.ask('rotateKeys');
  }

  /** A logout token, with claims that replace the usual ones; null: left out. */
  async logoutToken(claims: object, how: Lie = {}): Promise<string> {
    return (await this.process.ask<{ token: string }>('logoutToken', { claims, header: how.header, how })).token;
  }

  close(): Promise<void> {
    return this.process.close();
  }
}

/** The cookies of a browser, by the origin that has set them. */
type Cookies = Map<string, Map<string, string>>;

/** A browser without pages: keeps cookies and follows redirects, from the license server to the provider and back. */
export class Navigator {
  private readonly cookies: Cookies = new Map();
  /** Every address that it has been sent to, in their order. */
  readonly visited: string[] = [];

  /** @param serverUrl as the server calls itself @param url where it really listens @param address where the browser is, as a proxy says */
  constructor(
    private readonly serverUrl: string,
    private readonly url: string,
    private readonly address?: string,
  ) {}

  /** The session cookie of the license server, as a header; empty: not signed in. */
  get session(): string {
    const value = this.cookies.get(new URL(this.url).origin)?.get('session');
    return value ? `session=${value}` : '';
  }

  /** Goes to an address and on to where it is sent, until there is a page, or an address for which `stop` is true. */
  async go(address: string, stop: (address: string) => boolean = () => false): Promise<string> {
    for (let at = address, steps = 0; steps < 20; steps++) {
      this.visited.push(at);
      if (stop(at)) return at;
      const response = await this.fetch(at);
      await response.arrayBuffer();
      const location = response.headers.get('location');
      if (response.status < 300 || response.status > 399 || !location) return at;
      at = new URL(location, at).href;
    }
    throw new Error(`Too many redirects: ${this.visited.join(' ')}`);
  }

  /** Another browser with the same cookies. */
  copy(): Navigator {
    const other = new Navigator(this.serverUrl, this.url);
    for (const [origin, jar] of this.cookies) other.cookies.set(origin, new Map(jar));
    return other;
  }

  /**
   * Sends a form of another site, as its page does: without cookies, because they are not `SameSite=None`.
   *
   * @returns where the answer sends the browser
   */
  async post(address: string, fields: Record<string, string>, origin: string): Promise<string> {
    this.visited.push(address);
    const headers = { origin, 'sec-fetch-site': 'cross-site', cookie: '' };
    const response = await this.fetch(address, { method: 'POST', body: new URLSearchParams(fields), headers });
    const text = await response.text();
    const location = response.headers.get('location');
    if (location === null) throw new Error(`${address} answered ${response.status} ${text}`);
    return new URL(location, address).href;
  }

  /** One request, with the cookies of its origin. */
  async fetch(address: string, init: RequestInit = {}): Promise<Response> {
    const real = address.startsWith(this.serverUrl) ? this.url + address.slice(this.serverUrl.length) : address;
    const { origin } = new URL(real);
    const jar = this.cookies.get(origin) ?? new Map<string, string>();
    this.cookies.set(origin, jar);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const from: Record<string, string> = this.address === undefined ? {} : { 'x-forwarded-for': this.address };
    const own = { accept: 'text/html', ...from, ...(cookie ? { cookie } : {}) };
    const headers = { ...own, ...(init.headers as Record<string, string>) };
    const response = await fetch(real, { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split(/=(.*)/s);
      if (value === '' || /expires=Thu, 01 Jan 1970/i.test(line)) jar.delete(name);
      else jar.set(name, value);
    }
    return response;
  }
}
