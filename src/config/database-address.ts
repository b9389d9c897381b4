/** Which of several hosts a connection is made to: as libpq's `target_session_attrs`. */
export type SessionTarget = 'any' | 'read-write' | 'standby' | 'prefer-standby';

/** One of the hosts of a database address; a name, an IP address or the folder of a socket. */
export interface DatabaseHost {
  host: string;
  port: number;
}

/** What overrides parts of an address, and which hosts fit. */
export interface AddressOptions {
  user?: string | undefined;
  password?: string | undefined;
  /** Accepted for `target_session_attrs`; the first is what an address with several hosts means. */
  targets?: readonly [SessionTarget, ...SessionTarget[]];
}

const defaultPort = '5432';

/** What libpq (`target_session_attrs`) and JDBC (`targetServerType`) say, as one of the few that make a difference here. */
const targetValues: Readonly<Record<string, SessionTarget>> = {
  any: 'any',
  'read-write': 'read-write',
  primary: 'read-write',
  master: 'read-write',
  'read-only': 'standby',
  standby: 'standby',
  secondary: 'standby',
  slave: 'standby',
  'prefer-standby': 'prefer-standby',
  prefersecondary: 'prefer-standby',
  preferslave: 'prefer-standby',
};

/**
 * Turns the two spellings of a database address that administrators use into the one that the driver takes.
 *
 * Several hosts (`a:5432,b:5432`, as libpq and JDBC have it) move into the query, as `host=a,b&port=5432,5432`: the result is a URL
 * for `new URL` and for libpq alike. {@link hostsOf} reads them.
 *
 * @param text `postgresql://user:password@host:5432/kit`, or the JDBC form `jdbc:postgresql://host:5432/kit?user=…&password=…`
 * @returns a `postgresql://` URL; the database is `kit` when the address names none
 * @throws Error in words when it is not the address of a PostgreSQL database
 */
export function databaseAddress(text: string, options: AddressOptions = {}): string {
  const plain = text.trim().replace(/^jdbc:/i, '');
  if (!/^postgres(ql)?:\/\//i.test(plain)) {
    throw new Error('must start with postgresql:// or jdbc:postgresql://');
  }
  const { url, authorities } = parse(plain);
  const fromQuery = (name: string): string | undefined => {
    const value = url.searchParams.get(name) ?? undefined;
    url.searchParams.delete(name);
    return value;
  };
  const queryUser = fromQuery('user');
  const queryPassword = fromQuery('password');
  const user = options.user ?? queryUser;
  const password = options.password ?? queryPassword;
  if (user) url.username = encodeURIComponent(user);
  if (password) url.password = encodeURIComponent(password);
  // The JDBC driver's boolean switch; node-postgres knows only sslmode.
  if (fromQuery('ssl') === 'true' && !url.searchParams.has('sslmode')) url.searchParams.set('sslmode', 'verify-full');
  if (url.pathname === '' || url.pathname === '/') url.pathname = '/kit';
  if (authorities.length > 1) {
    url.searchParams.set('host', authorities.map(({ host }) => host).join(','));
    url.searchParams.set('port', authorities.map(({ port }) => port).join(','));
  }
  const target = fromQuery('target_session_attrs') ?? fromQuery('targetServerType');
  setTarget(url, target, options.targets ?? ['read-write']);
  return url.toString();
}

/** The hosts of an address that {@link databaseAddress} has made, in their order. */
export function hostsOf(address: string): DatabaseHost[] {
  const url = new URL(address);
  const inAuthority = decodeURIComponent(url.hostname).replace(/^\[(.+)\]$/, '$1');
  const hosts = (url.searchParams.get('host') || inAuthority).split(',');
  const ports = (url.searchParams.get('port') || url.port || defaultPort).split(',');
  return hosts.map((host, index) => ({ host, port: Number(ports[index] ?? ports[0]) }));
}

/** `host:port`, for people. */
export function hostAndPort({ host, port }: DatabaseHost): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** What the address asks of a host. */
export function targetOf(address: string): SessionTarget {
  return (new URL(address).searchParams.get('target_session_attrs') ?? 'any') as SessionTarget;
}

interface Authority {
  host: string;
  port: string;
}

/** The address with its first host, and all hosts of its authority. */
function parse(plain: string): { url: URL; authorities: Authority[] } {
  const [, scheme = '', user = '', list = '', rest = ''] = /^([^:]+:\/\/)([^/?#]*@)?([^/?#]*)(.*)$/.exec(plain) ?? [];
  const authorities = list.includes(',') ? list.split(',').map(authorityOf) : [];
  const [first] = authorities;
  let url: URL;
  try {
    url = new URL(
      first
        ? `${scheme}${user}${first.host.includes(':') ? `[${first.host}]` : first.host}:${first.port}${rest}`
        : plain,
    );
  } catch {
    throw new Error('is not a valid URL, expected postgresql://user:password@host:5432/kit');
  }
  if (!url.hostname && !url.searchParams.get('host')) throw new Error('names no host');
  return { url, authorities };
}

function authorityOf(text: string): Authority {
  const [, host = '', port = defaultPort] = /^(\[[^\]]+\]|[^:]*)(?::(\d+))?$/.exec(text) ?? [];
  if (host === '' || Number(port) < 1 || Number(port) > 65_535) {
    throw new Error(`names a host that is not host:port: "${text}"`);
  }
  return { host: decodeURIComponent(host).replace(/^\[(.+)\]$/, '$1'), port };
}

function setTarget(url: URL, given: string | undefined, targets: NonNullable<AddressOptions['targets']>): void {
  const hasSeveral = hostsOf(url.toString()).length > 1;
  const [usual] = targets;
  const target = given === undefined ? usual : targetValues[given.toLowerCase()];
  // `any` says nothing where there is one host, and is what the other programs mean without a word.
  if (target === 'any' && !targets.includes('any')) {
    if (hasSeveral) url.searchParams.set('target_session_attrs', usual);
    return;
  }
  if (target === undefined || !targets.includes(target)) {
    throw new Error(`has target_session_attrs=${given}, expected ${targets.join(', ')}`);
  }
  if (given !== undefined || hasSeveral) url.searchParams.set('target_session_attrs', target);
}
