import { type Feature, type LicenseClaims } from './license-file.js';
import { type Model, type Product, productName } from './product.js';

/** The one feature key of an evaluation, which no vendor's product knows. */
export const evaluationFeature = 'evaluation';

/** The program of the vendor that takes a product's seats. */
export const clientName: Record<Product, string> = { KSE: 'Katalon Studio', KRE: 'Katalon Runtime Engine' };

/** What the client looks for in a license before it accepts it. */
export const neededFeature: Record<Product, string> = {
  KSE: 'a feature whose key contains "gui"',
  KRE: 'a feature with the key "cli"',
};

/** Whether Katalon's client for the product accepts a license with these features. */
export function isAcceptedByClient(product: Product, features: readonly Pick<Feature, 'key'>[]): boolean {
  return features.some(({ key }) => (product === 'KSE' ? key.includes('gui') : key === 'cli'));
}

/** Seats that Katalon's client for the product will not accept. */
export interface UnacceptedSeats {
  product: Product;
  model: Model;
  /** Whether they are those of an evaluation, which no client accepts; else the license lacks the client's feature. */
  evaluation: boolean;
}

/** The seats of a license that Katalon's clients will not accept, each kind once. */
export function unacceptedSeats({ entitlements }: Pick<LicenseClaims, 'entitlements'>): UnacceptedSeats[] {
  const seats = entitlements
    .filter(({ product, features }) => !isAcceptedByClient(product, features))
    .map(({ product, model, features }) => {
      const evaluation = features.length > 0 && features.every(({ key }) => key === evaluationFeature);
      return [`${product} ${model} ${evaluation}`, { product, model, evaluation }] as const;
    });
  return [...new Map(seats).values()];
}

/** What to tell the issuer or installer of a license whose seats Katalon's clients will not accept. */
export function licenseWarnings(claims: Pick<LicenseClaims, 'entitlements'>): string[] {
  return unacceptedSeats(claims).map(({ product, model, evaluation }) => {
    const seats = `The ${model} seats of ${productName[product]}`;
    return evaluation
      ? `${seats} are for an evaluation: native programs can use them, ${clientName[product]} cannot.`
      : `${seats} lack ${neededFeature[product]}: ${clientName[product]} will not accept them. Ask the vendor for a corrected license.`;
  });
}
