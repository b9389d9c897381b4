import { evaluationFeature } from './client-features.js';
import { type LicenseClaims, LicenseFileError } from './license-file.js';

const evaluationDays = 30;
const evaluationSeats = 5;
const feature = { key: evaluationFeature, name: 'Evaluation' };
const entitlementMembers = new Set(['product', 'model', 'quantity', 'features']);

/** What the evaluation license says: 30 days, 5 seats each, with a feature that no vendor's product knows. */
export function evaluationClaims(serverId: string, at: Date): Record<string, unknown> {
  const now = Math.floor(at.getTime() / 1000);
  const seats = { quantity: evaluationSeats, features: [feature] };
  return {
    iss: 'evaluation',
    jti: `evaluation-${serverId}`,
    sub: serverId,
    iat: now,
    nbf: now,
    exp: now + evaluationDays * 86_400,
    customer: { name: 'Evaluation' },
    licenseType: 'TRIAL',
    graceDays: 0,
    serverId,
    entitlements: [
      { product: 'KSE', model: 'floating', ...seats },
      { product: 'KSE', model: 'per-user', ...seats },
      { product: 'KRE', model: 'floating', ...seats },
    ],
  };
}

/**
 * The customer holds the key that signs the evaluation: it is in their database, encrypted with their `secret.key`. So what is
 * signed with it grants no more than an evaluation does, whatever it says.
 *
 * @throws LicenseFileError
 */
export function checkEvaluation(claims: LicenseClaims, serverId: string): void {
  const { jti, licenseType, nbf, exp, graceDays, entitlements } = claims;
  const named = new Set(entitlements.map(({ product, model }) => `${product} ${model}`));
  const modest = entitlements.every(
    (each) =>
      each.quantity <= evaluationSeats &&
      each.features.every(({ key }) => key === feature.key) &&
      Object.entries(each).every(([name, value]) => value === undefined || entitlementMembers.has(name)),
  );
  const isEvaluation =
    jti === `evaluation-${serverId}` &&
    claims.serverId === serverId &&
    licenseType === 'TRIAL' &&
    exp - nbf <= evaluationDays * 86_400 &&
    graceDays === 0 &&
    named.size === entitlements.length &&
    modest;
  if (isEvaluation) return;
  throw new LicenseFileError(
    'license-unknown-key',
    'This file is signed by the server itself and grants more than an evaluation. Only the vendor issues licenses.',
  );
}
