import { Navigator, OpenidProvider, type OpenidPerson } from './openid-provider.js';
import { readyServer, type ReadyServer, usualSeats } from '../test-server.js';

export const openidClient = { clientId: 'license-server', clientSecret: 'a secret that the provider has given' };

export const people: Record<string, OpenidPerson> = {
  'ada-1': {
    email: 'ada@company.test',
    email_verified: true,
    given_name: 'Ada',
    family_name: 'Lovelace',
    groups: ['testers'],
  },
  'bob-2': { email: 'bob@company.test', email_verified: true, given_name: 'Bob', family_name: 'Byte' },
  'eve-3': { email: 'root@example.com', email_verified: false, given_name: 'Eve', family_name: 'Else' },
};

/** How the server calls itself in the tests. */
const usualServerUrl = 'http://licenses.test:8080';
export { usualServerUrl as serverUrl };

/** A license server, an OpenID provider, and each set up at the other. */
export interface OpenidWorld {
  server: ReadyServer;
  provider: OpenidProvider;
  /** The provider's number at the server. */
  id: number;
  path: string;
  browser(): Navigator;
  /** Signs in a person in a new browser, or in the one that is given. */
  signIn(subject: string | null, browser?: Navigator, query?: string): Promise<{ browser: Navigator; arrived: string }>;
  /** Why the last sign-ins were refused, newest first, as the audit log has it. */
  refusals(): Promise<{ reason: string; message?: string; provider: string }[]>;
  /** Registers the license server at the provider once more, with other members. */
  register(more?: object): Promise<void>;
  close(): Promise<void>;
}

interface WorldOptions {
  /** Of the provider at the server, beside the usual ones. */
  settings?: object;
  /** With which the provider speaks HTTPS. */
  tls?: { key: string; cert: string };
  /** Where the server listens and what it calls itself, for real browsers. */
  port?: number;
  /** Settings of the server. */
  env?: Record<string, string>;
}

export async function openidWorld({
  settings = {},
  tls,
  port,
  env: more = {},
}: WorldOptions = {}): Promise<OpenidWorld> {
  const serverUrl = port === undefined ? usualServerUrl : `http://127.0.0.1:${port}`;
  const env = { ...more, ...(port === undefined ? {} : { PORT: String(port), SERVER_URL: serverUrl }) };
  const [server, provider] = await Promise.all([readyServer(usualSeats, {}, env), OpenidProvider.start(tls)]);
  const { id } = await server.root
    .post('/api/v1/identity-providers', {
      ...{ kind: 'oidc', name: 'Company login', issuer: provider.issuer, domains: ['company.test'] },
      ...{ provisioning: 'create', scopes: 'openid email profile groups', groupsClaim: 'groups' },
      ...openidClient,
      ...settings,
    })
    .expect<{ id: number }>(201);
  const path = `/auth/providers/${id}`;
  const register = (more: object = {}): Promise<void> =>
    provider.set({
      clients: [
        {
          ...{ client_id: openidClient.clientId, client_secret: openidClient.clientSecret },
          redirect_uris: [`${serverUrl}${path}/callback`],
          post_logout_redirect_uris: [`${serverUrl}/sign-in`],
          backchannel_logout_uri: `${server.url}${path}/backchannel-logout`,
          backchannel_logout_session_required: true,
          token_endpoint_auth_method: 'client_secret_post',
          ...more,
        },
      ],
    });
  await register();
  await provider.set({ people });
  const isPageOfConsole = (at: string): boolean => at.startsWith(serverUrl) && !at.startsWith(`${serverUrl}/auth/`);
  const browser = (): Navigator => new Navigator(serverUrl, server.url);
  return {
    ...{ server, provider, id, path, browser, register },
    signIn: async (subject, used = browser(), query = '') => {
      await provider.set({ present: subject });
      const arrived = await used.go(`${serverUrl}${path}/sign-in${query}`, isPageOfConsole);
      return { browser: used, arrived };
    },
    refusals: async () => {
      const rows = await server.sql<{ details: { reason: string; message?: string; provider: string } }>(
        `SELECT details FROM audit_event WHERE action = 'identity.refused' ORDER BY id DESC`,
      );
      return rows.map(({ details }) => details);
    },
    close: async () => {
      await server.close();
      await provider.close();
    },
  };
}
