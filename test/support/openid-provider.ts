import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';

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
  private lastId = 0;

  private constructor(
    private readonly child: ChildProcess,
    readonly issuer: string,
  ) {}

  /** @param tls with which it speaks HTTPS */
  static async start(tls?: { key: string; cert: string }): Promise<OpenidProvider> {
    const script = path.join(process.cwd(), 'test', 'support', 'openid-provider-child.mjs');
    // It warns that it is not set up for production, which it is not.
    const child = fork(script, {
      execArgv: ['--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const { issuer } = await new OpenidProvider(child, '').ask<{ issuer: string }>('start', { tls });
    return new OpenidProvider(child, issuer);
  }

  async set(state: OpenidState): Promise<void> {
    await this.ask('set', state);
  }

  /** From now on it signs with another key, and its document has that one only. */
  async rotateKeys(): Promise<void> {
    await this.ask('rotateKeys', {});
  }

  /** A logout token, with claims that replace the usual ones; null: left out. */
  async logoutToken(claims: object, how: Lie = {}): Promise<string> {
    return (await this.ask<{ token: string }>('logoutToken', { claims, header: how.header, how })).token;
  }

  async close(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    await new Promise((resolve) => {
      this.child.once('exit', resolve);
      this.child.kill();
    });
  }

  private async ask<T>(action: string, message: object): Promise<T> {
    const id = ++this.lastId + Math.random();
    return new Promise((resolve, reject) => {
      const ended = (): void => reject(new Error('The OpenID provider has ended'));
      const heard = (answer: { id: number; failed?: string }): void => {
        if (answer.id !== id) return;
        this.child.off('message', heard).off('exit', ended);
        if (answer.failed) reject(new Error(answer.failed));
        else resolve(answer as T);
      };
      this.child.on('message', heard).on('exit', ended);
      this.child.send({ ...message, id, action });
    });
  }
}

/** The cookies of a browser, by the origin that has set them. */
type Cookies = Map<string, Map<string, string>>;

/** A browser without pages: keeps cookies and follows redirects, from the license server to the provider and back. */
export class Navigator {
  private readonly cookies: Cookies = new Map();
  /** Every address that it has been sent to, in their order. */
  readonly visited: string[] = [];

  /** @param serverUrl as the server calls itself @param url where it really listens */
  constructor(
    private readonly serverUrl: string,
    private readonly url: string,
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

  /** One request, with the cookies of its origin. */
  async fetch(address: string, init: RequestInit = {}): Promise<Response> {
    const real = address.startsWith(this.serverUrl) ? this.url + address.slice(this.serverUrl.length) : address;
    const { origin } = new URL(real);
    const jar = this.cookies.get(origin) ?? new Map<string, string>();
    this.cookies.set(origin, jar);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { accept: 'text/html', ...(cookie ? { cookie } : {}), ...(init.headers as Record<string, string>) };
    const response = await fetch(real, { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split(/=(.*)/s);
      if (value === '' || /expires=Thu, 01 Jan 1970/i.test(line)) jar.delete(name);
      else jar.set(name, value);
    }
    return response;
  }
}
