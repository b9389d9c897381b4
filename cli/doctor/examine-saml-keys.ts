import { X509Certificate } from 'node:crypto';
import { type Client } from 'pg';
import { type Settings } from '../../src/config/settings.js';
import { countedTime } from '../../src/errors/counted.js';
import { type ServiceKeys } from '../../src/identity/saml/saml-settings.js';
import { SecretKey, SecretKeyError } from '../../src/secret/secret-key.js';
import { type Finding, ok, warning, wrong } from './finding.js';

const dayMillis = 86_400_000;
/** Providers may need weeks to take over a new certificate. */
const warningDays = 30;

/** How long SAML providers may accept what this server signs for them. */
export async function examineSamlKeys(client: Client, { secretKeyFile }: Settings): Promise<Finding[]> {
  // A schema from before has no providers; its migration is told of elsewhere.
  const schema = await client.query<{ found: boolean }>(`SELECT to_regclass('identity_provider') IS NOT NULL AS found`);
  if (!schema.rows[0]?.found) return [];
  const { rows } = await client.query<{ name: string; sealed: Buffer }>(
    `SELECT name, secrets_sealed AS sealed FROM identity_provider WHERE kind = 'saml' ORDER BY id`,
  );
  if (rows.length === 0) return [];
  try {
    const key = SecretKey.load(secretKeyFile);
    return rows.map(({ name, sealed }) => findingOf(name, JSON.parse(key.open(sealed)) as ServiceKeys));
  } catch (error) {
    // That the key does not fit is told already.
    if (error instanceof SecretKeyError) return [];
    throw error;
  }
}

function findingOf(provider: string, { certificate }: ServiceKeys): Finding {
  const end = new Date(new X509Certificate(certificate).validTo);
  const day = end.toISOString().slice(0, 10);
  const left = end.getTime() - Date.now();
  const advice = 'Replace the key on the page of the provider: Server, Identity (docs/identity.md).';
  if (left <= 0) return wrong('SAML key', `The server's certificate for ${provider} expired on ${day}.`, advice);
  const message = `The server's certificate for ${provider} is valid until ${day}.`;
  if (left > warningDays * dayMillis) return ok('SAML key', message);
  return warning('SAML key', `${message} It expires in ${countedTime(left)}.`, advice);
}
