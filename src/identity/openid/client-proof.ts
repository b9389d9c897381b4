import { createPrivateKey, type KeyObject } from 'node:crypto';
import { exportPKCS8, importPKCS8 } from 'jose';
import {
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  None,
  PrivateKeyJwt,
  type ServerMetadata,
} from 'openid-client';
import { SingleSignOnError } from '../single-sign-on/single-sign-on.errors.js';
import { type OpenidProvider } from './openid-settings.js';

/** How this server proves to a provider that it is the client: as its secret and the provider's metadata say. */
export type ClientProofKind = 'none' | 'client_secret_post' | 'client_secret_basic' | 'private_key_jwt';

export function proofKindOf(
  { clientSecret }: Pick<OpenidProvider, 'clientSecret'>,
  { token_endpoint_auth_methods_supported: supported }: ServerMetadata,
): ClientProofKind {
  if (!clientSecret) return 'none';
  if (isPrivateKey(clientSecret)) return 'private_key_jwt';
  // A provider that names none takes the one that the standard calls the default.
  return supported?.includes('client_secret_post') ? 'client_secret_post' : 'client_secret_basic';
}

/** @throws SingleSignOnError */
export async function clientProof(provider: OpenidProvider, server: ServerMetadata): Promise<ClientAuth> {
  const { clientSecret = '' } = provider;
  switch (proofKindOf(provider, server)) {
    case 'none':
      return None();
    case 'private_key_jwt':
      return PrivateKeyJwt(await signingKeyOf(clientSecret));
    case 'client_secret_post':
      return ClientSecretPost(clientSecret);
    case 'client_secret_basic':
      return ClientSecretBasic(clientSecret);
  }
}

function isPrivateKey(secret: string): boolean {
  return /^\s*-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(secret);
}

async function signingKeyOf(pem: string): Promise<Awaited<ReturnType<typeof importPKCS8>>> {
  try {
    const key = createPrivateKey(pem);
    return await importPKCS8(await exportPKCS8(key), algorithmOf(key));
  } catch (error) {
    if (error instanceof SingleSignOnError) throw error;
    throw new SingleSignOnError(
      'provider-misconfigured',
      'The client secret begins like a private key, and is not one.',
    );
  }
}

function algorithmOf({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject): string {
  if (type === 'rsa') return 'RS256';
  if (type === 'ed25519') return 'Ed25519';
  const curves: Readonly<Record<string, string>> = { prime256v1: 'ES256', secp384r1: 'ES384', secp521r1: 'ES512' };
  const algorithm = type === 'ec' ? curves[details?.namedCurve ?? ''] : undefined;
  if (!algorithm)
    throw new SingleSignOnError('provider-misconfigured', `Keys of the type ${type} cannot sign for this server.`);
  return algorithm;
}
