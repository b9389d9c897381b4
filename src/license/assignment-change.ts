import { type Change } from '../audit/audited-change.js';
import { type Model, type Product } from './file/product.js';

/** The per-user seats of a product that an organization has. */
export interface PerUserSeats {
  organizationId: number;
  product: Product;
  model: Model;
}

/**
 * A per-user seat that a user gets or loses, for the audit log.
 *
 * @param more such as the policy that did it
 */
export function assignmentChange(
  change: 'assigned' | 'unassigned',
  { organizationId, product, model }: PerUserSeats,
  userId: number,
  more: Record<string, unknown> = {},
): Change {
  return {
    action: `licensed-user.${change}`,
    organizationId,
    targetType: 'user',
    targetId: userId,
    details: { product, model, ...more },
  };
}
