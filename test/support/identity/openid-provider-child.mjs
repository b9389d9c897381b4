// An OpenID provider in a process of its own, as a company runs one. The test sets its people and clients, turns its keys, and
// has it lie: what a provider must never do is what a client has to notice.
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { createSecretKey } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import Provider from 'oidc-provider';

/** The people by their subjects, the clients, who sits in front of the browser, and how the provider lies. */
let people = {};
let clients = [];
let present;
let lie;
let keys = [];
let provider;
let issuer;
/** Answers every request with this instead; undefined: answers as it should. */
let instead;

async function newKey() {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const kid = `key-${keys.length + 1}-${Date.now()}`;
  return { ...(await exportJWK(privateKey)), kid, use: 'sig', alg: 'RS256' };
}

function build() {
  provider = new Provider(issuer, {
    clients,
    jwks: { keys: keys.slice(0, 1) },
    scopes: ['openid', 'email', 'profile', 'groups'],
    claims: {
      openid: ['sub', 'sid'],
      email: ['email', 'email_verified'],
      profile: ['given_name', 'family_name'],
      groups: ['groups'],
    },
    conformIdTokenClaims: false,
    findAccount: (_context, sub) => people[sub] && { accountId: sub, claims: () => ({ sub, ...people[sub] }) },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    loadExistingGrant,
    cookies: { keys: ['of the test'] },
    pkce: { methods: ['S256'], required: () => true },
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: { enabled: true },
    },
    ttl: { Interaction: 600, Session: 3600, Grant: 3600, IdToken: 3600, AccessToken: 600, AuthorizationCode: 60 },
    renderError: (context, { error, error_description }) => (context.body = `${error}: ${error_description}`),
  });
  provider.use(async (context, next) => {
    await next();
    if (lie?.authorization && context.status >= 300 && context.status < 400) alterRedirect(context);
    if (lie && context.oidc?.route === 'token' && context.body?.id_token) {
      context.body = { ...context.body, id_token: await forged(context.body.id_token) };
    }
    if (lie?.discovery && context.oidc?.route === 'discovery') context.body = { ...context.body, ...lie.discovery };
  });
}

/** Nobody is asked what the client may know. */
async function loadExistingGrant(context) {
  const { Account, Client } = context.oidc.entities;
  const grant = new provider.Grant({ accountId: Account.accountId, clientId: Client.clientId });
  grant.addOIDCScope('openid email profile groups');
  await grant.save();
  return grant;
}

function alterRedirect(context) {
  const location = new URL(context.response.get('location'), issuer);
  if (!location.searchParams.has('code')) return;
  for (const [name, value] of Object.entries(lie.authorization)) location.searchParams.set(name, value);
  context.set('location', location.href);
}

/** The same token with other claims, signed in another way. */
async function forged(token) {
  return sign({ ...decodeJwt(token), ...lie.claims }, { ...decodeProtectedHeader(token), ...lie.header }, lie);
}

async function sign(claims, header, { unsigned = false, secret, foreignKey = false } = {}) {
  const payload = Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== null));
  if (unsigned) return new UnsecuredJWT(payload).encode();
  const jwt = new SignJWT(payload);
  if (secret) {
    return jwt.setProtectedHeader({ ...header, alg: 'HS256' }).sign(createSecretKey(Buffer.from(secret)));
  }
  const key = foreignKey ? await newKey() : keys[0];
  return jwt.setProtectedHeader({ alg: 'RS256', kid: keys[0].kid, ...header }).sign(await importKey(key));
}

async function importKey(jwk) {
  const { importJWK } = await import('jose');
  return importJWK(jwk, 'RS256');
}

async function answer(request, response) {
  if (instead === 'nothing') return;
  if (instead) {
    response.writeHead(instead.status, instead.headers ?? {}).end(instead.body ?? '');
    return;
  }
  if (!request.url.startsWith('/interaction/')) {
    provider.callback()(request, response);
    return;
  }
  const result = present
    ? { login: { accountId: present } }
    : { error: 'access_denied', error_description: 'Not today.' };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

/** What a message asks for; the answer goes back. */
const actions = {
  async start({ tls, host = tls ? 'localhost' : '127.0.0.1' }) {
    const server = tls ? createSecureServer(tls, answer) : createServer(answer);
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    issuer = `${tls ? 'https' : 'http'}://${host}:${server.address().port}`;
    keys = [await newKey()];
    build();
    return { issuer };
  },
  set(state) {
    if ('people' in state) people = state.people;
    if ('present' in state) present = state.present ?? undefined;
    if ('lie' in state) lie = state.lie ?? undefined;
    if ('instead' in state) instead = state.instead ?? undefined;
    if ('clients' in state) clients = state.clients;
    if ('clients' in state) build();
    return {};
  },
  async rotateKeys() {
    keys = [await newKey()];
    build();
    return {};
  },
  async logoutToken({ claims, header, how }) {
    const now = Math.floor(Date.now() / 1000);
    const usual = {
      ...{ iss: issuer, iat: now, exp: now + 120, jti: `${Math.random()}` },
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    };
    return { token: await sign({ ...usual, ...claims }, { typ: 'logout+jwt', ...header }, how) };
  },
};

process.on('message', async ({ id, action, ...message }) => {
  try {
    process.send({ id, ...(await actions[action](message)) });
  } catch (error) {
    process.send({ id, failed: error.stack });
  }
});
process.on('disconnect', () => process.exit(0));
