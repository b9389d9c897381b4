import { X509Certificate } from 'node:crypto';
import { NotFoundError } from '../../errors/domain-error.js';
import { SamlKeyError } from '../identity.errors.js';
import { type ServiceKey, type ServiceKeys } from './saml-settings.js';

/** `in-use`: it signs. All of them open what a provider encrypts. */
export const keyStates = ['in-use', 'next', 'former'] as const;
export type KeyState = (typeof keyStates)[number];

export interface KnownServiceKey extends ServiceKey {
  /** SHA-256 of the certificate, in hexadecimal digits. */
  id: string;
  state: KeyState;
}

/** All keys for a provider; the one that signs comes first. */
export function keysIn({ next, former, ...signing }: ServiceKeys): [KnownServiceKey, ...KnownServiceKey[]] {
  const known = (key: ServiceKey, state: KeyState): KnownServiceKey => ({ ...key, id: idOf(key), state });
  return [
    known(signing, 'in-use'),
    ...(next ? [known(next, 'next')] : []),
    ...(former ? [known(former, 'former')] : []),
  ];
}

/** The key for which a provider should encrypt. */
export function newestOf({ next, ...signing }: ServiceKeys): ServiceKey {
  return next ?? signing;
}

/** @throws SamlKeyError where a key is being replaced already */
export function checkAlone({ next, former }: ServiceKeys): void {
  if (next ?? former) throw new SamlKeyError('saml-key-exists');
}

/** @throws SamlKeyError where a key is being replaced already */
export function withNext(keys: ServiceKeys, next: ServiceKey): ServiceKeys {
  checkAlone(keys);
  return { ...keys, next };
}

/**
 * The keys, of which the one with this id signs from now on. Back to the former one, the other is the next one again.
 *
 * @throws NotFoundError
 */
export function signingWith(keys: ServiceKeys, id: string): ServiceKeys {
  const { state } = find(keys, id);
  const { next, former, ...signing } = keys;
  if (state === 'next' && next) return { ...next, former: signing };
  if (state === 'former' && former) return { ...former, next: signing };
  return keys;
}

/**
 * @throws NotFoundError
 * @throws SamlKeyError for the key that signs
 */
export function without(keys: ServiceKeys, id: string): ServiceKeys {
  if (find(keys, id).state === 'in-use') throw new SamlKeyError('saml-key-in-use');
  const { privateKey, certificate } = keys;
  return { privateKey, certificate };
}

function find(keys: ServiceKeys, id: string): KnownServiceKey {
  const found = keysIn(keys).find((each) => each.id === id);
  if (!found) throw new NotFoundError('The key');
  return found;
}

function idOf({ certificate }: ServiceKey): string {
  return new X509Certificate(certificate).fingerprint256.replaceAll(':', '').toLowerCase();
}
