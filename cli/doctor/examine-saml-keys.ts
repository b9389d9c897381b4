import { X509Certificate } from 'node:crypto';
import { type Client } from 'pg';
import { type Settings } from '../../src/config/settings.js';
import { countedTime } from '../../src/errors/counted.js';
import { readMetadata } from '../../src/identity/saml/provider-metadata.js';
import { type ServiceKeys } from '../../src/identity/saml/saml-settings.js';
import { certificateWarningDays, lastEndOf } from '../../src/network/certificates.js';
import { SecretKey, SecretKeyError } from '../../src/secret/secret-key.js';
import { type Finding, ok, warning, wrong } from './finding.js';

const dayMillis = 86_400_000;

interface Row {
  name: string;
  sealed: Buffer;
  /** Empty where it is fetched: this command asks no provider. */
  metadata: string;
}

/** How long SAML providers may accept what this server signs for them, and the reverse. */
export async function examineSamlKeys(client: Client, { secretKeyFile }: Settings): Promise<Finding[]> {
  // A schema from before has no providers; its migration is told of elsewhere.
  const schema = await client.query<{ found: boolean }>(`SELECT to_regclass('identity_provider') IS NOT NULL AS found`);
  if (!schema.rows[0]?.found) return [];
  const { rows } = await client.query<Row>(
    `SELECT name, secrets_sealed AS sealed, settings->>'metadata' AS metadata FROM identity_provider
      WHERE kind = 'saml' AND enabled ORDER BY id`,
  );
  if (rows.length === 0) return [];
  try {
    const key = SecretKey.load(secretKeyFile);
    return rows.flatMap((row) => findingsOf(row, JSON.parse(key.open(row.sealed)) as ServiceKeys));
  } catch (error) {
    // That the key does not fit is told already.
    if (error instanceof SecretKeyError) return [];
    throw error;
  }
}

function findingsOf({ name, metadata }: Row, { certificate }: ServiceKeys): Finding[] {
  const own = findingOf('saml-server', `The server's certificate for ${name}`, [new X509Certificate(certificate)]);
  if (!metadata) return [own];
  const { certificates } = readMetadata(metadata);
  return [own, findingOf('saml-provider', `The certificate of ${name} in the metadata entered here`, certificates)];
}

const advices = {
  'saml-server': 'Replace the key on the page of the provider: Server, Identity (docs/identity.md).',
  'saml-provider': 'Enter its new metadata on the page of the provider: Server, Identity (docs/identity.md).',
};

function findingOf(use: keyof typeof advices, subject: string, certificates: readonly X509Certificate[]): Finding {
  const topic = use === 'saml-server' ? 'SAML key' : 'SAML provider';
  const end = lastEndOf(certificates);
  const day = end.toISOString().slice(0, 10);
  const left = end.getTime() - Date.now();
  if (left <= 0) return wrong(topic, `${subject} expired on ${day}.`, advices[use]);
  const message = `${subject} is valid until ${day}.`;
  if (left > certificateWarningDays[use][0] * dayMillis) return ok(topic, message);
  return warning(topic, `${message} It expires in ${countedTime(left)}.`, advices[use]);
}
