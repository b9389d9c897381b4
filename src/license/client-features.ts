import { type Feature, type LicenseClaims } from './license-file.js';
import { type Product, productName } from './product.js';

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

/** What to tell whoever issues or installs a license whose seats Katalon's clients will not accept. */
export function licenseWarnings({ entitlements }: Pick<LicenseClaims, 'entitlements'>): string[] {
  const warnings = entitlements
    .filter(({ product, features }) => !isAcceptedByClient(product, features))
    .map(({ product, model, features }) => {
      const seats = `The ${model} seats of ${productName[product]}`;
      return features.length > 0 && features.every(({ key }) => key === evaluationFeature)
        ? `${seats} are for an evaluation: native programs can use them, ${clientName[product]} cannot.`
        : `${seats} lack ${neededFeature[product]}: ${clientName[product]} will not accept them. Ask the vendor for a corrected license.`;
    });
  return [...new Set(warnings)];
}
