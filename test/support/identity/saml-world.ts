import { DOMParser } from '@xmldom/xmldom';
import { Navigator } from './openid-provider.js';
import { SamlProvider, type SamlPerson } from './saml-provider.js';
import { readyServer, type ReadyServer, usualSeats } from '../test-server.js';

export const samlPeople: Record<string, SamlPerson> = {
  'ada-1': {
    attributes: { email: 'ada@company.test', givenName: 'Ada', surname: 'Lovelace', groups: ['testers', 'staff'] },
  },
  'bob-2': { attributes: { mail: 'bob@company.test', firstName: 'Bob', sn: 'Byte' } },
  'eve-3': { attributes: { email: 'root@example.com' } },
};

/** How the server calls itself in the tests. */
const usualServerUrl = 'http://licenses.test:8080';
export { usualServerUrl as serverUrl };

/** What a page of a provider sends. */
export interface SamlForm {
  action: string;
  SAMLResponse: string;
  RelayState: string;
}

/** A license server, a SAML provider, and each set up at the other. */
export interface SamlWorld {
  server: ReadyServer;
  provider: SamlProvider;
  /** The provider's number at the server. */
  id: number;
  path: string;
  browser(): Navigator;
  /** Goes to the provider with a browser, and stops before its page is sent. */
  formFor(person: string | null, browser: Navigator, query?: string): Promise<SamlForm>;
  /** Sends the page of a provider, as its script does, and goes on to where the browser is sent. */
  send(form: SamlForm, browser: Navigator): Promise<string>;
  /** Both: signs in a person in a new browser, or in the one that is given. */
  signIn(person: string | null, browser?: Navigator, query?: string): Promise<{ browser: Navigator; arrived: string }>;
  /** Why the last sign-ins were refused, newest first, as the audit log has it. */
  refusals(): Promise<{ reason: string; message?: string; provider: string }[]>;
  close(): Promise<void>;
}

interface WorldOptions {
  /** Of the provider at the server, beside the usual ones. */
  settings?: object;
  /** Where the server listens and what it calls itself, for real browsers. */
  port?: number;
}

export async function samlWorld({ settings = {}, port }: WorldOptions = {}): Promise<SamlWorld> {
  const serverUrl = port === undefined ? usualServerUrl : `http://127.0.0.1:${port}`;
  // Each browser is at another place: of one place, the audit log has 20 refusals a minute.
  const behindProxy = { TRUSTED_PROXIES: '127.0.0.1' };
  const env: Record<string, string> = port === undefined ? behindProxy : { PORT: String(port), SERVER_URL: serverUrl };
  let places = 0;
  const [server, provider] = await Promise.all([readyServer(usualSeats, {}, env), SamlProvider.start()]);
  const { id } = await server.root
    .post('/api/v1/identity-providers', {
      ...{ kind: 'saml', name: 'Company login', metadataUrl: `${provider.url}/metadata` },
      ...{ domains: ['company.test'], provisioning: 'create', ...settings },
    })
    .expect<{ id: number }>(201);
  const path = `/auth/providers/${id}`;
  await provider.register(`${server.url}${path}/metadata`);
  await provider.set({ people: samlPeople });
  const isPageOfConsole = (at: string): boolean => at.startsWith(serverUrl) && !at.startsWith(`${serverUrl}/auth/`);
  const browser = (): Navigator => new Navigator(serverUrl, server.url, `10.1.${++places}.1`);
  const formFor = async (person: string | null, used: Navigator, query = ''): Promise<SamlForm> => {
    await provider.set({ present: person });
    const at = await used.go(`${serverUrl}${path}/sign-in${query}`, (each) => !each.includes('/auth/'));
    return formIn(await (await used.fetch(at)).text());
  };
  const send = async ({ action, ...fields }: SamlForm, used: Navigator): Promise<string> => {
    return used.go(await used.post(action, fields, provider.url), isPageOfConsole);
  };
  return {
    ...{ server, provider, id, path, browser, formFor, send },
    signIn: async (person, used = browser(), query = '') => {
      await provider.set({ present: person });
      const start = await used.go(`${serverUrl}${path}/sign-in${query}`, (at) => !at.includes('/auth/'));
      if (isPageOfConsole(start)) return { browser: used, arrived: start };
      const form = formIn(await (await used.fetch(start)).text());
      return { browser: used, arrived: await send(form, used) };
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

/** The form of a provider's page. */
export function formIn(html: string): SamlForm {
  const xml = /<form.*<\/form>/s.exec(html)?.[0].replace(/<input([^>]*)>/g, '<input$1/>');
  if (!xml) throw new Error(`The provider has no form: ${html}`);
  const form = new DOMParser().parseFromString(xml, 'text/xml').documentElement;
  if (!form) throw new Error('The form is empty');
  const value = (name: string): string =>
    Array.from(form.getElementsByTagName('input'))
      .find((each) => each.getAttribute('name') === name)
      ?.getAttribute('value') ?? '';
  return {
    action: form.getAttribute('action') ?? '',
    SAMLResponse: value('SAMLResponse'),
    RelayState: value('RelayState'),
  };
}

/** The XML in a form, and a form with other XML. */
export const xmlIn = ({ SAMLResponse }: SamlForm): string => Buffer.from(SAMLResponse, 'base64').toString('utf8');
export const withXml = (form: SamlForm, xml: string): SamlForm => ({
  ...form,
  SAMLResponse: Buffer.from(xml).toString('base64'),
});
