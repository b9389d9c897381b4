import { organizationKey } from '../api/queries';

/** The key of an organization's policy. */
export function policyKey(organizationId: number): readonly unknown[] {
  return organizationKey(organizationId, 'organization', 'license-policy');
}
