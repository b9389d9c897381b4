import type { MeView, OrganizationView } from '../../generated/api.js';

export type Permission = OrganizationView['permissions'][number];

/** Whether somebody's pages offer this in an organization: what the server says they may do there. */
export function mayDo(me: MeView, organization: OrganizationView | undefined, permission: Permission): boolean {
  return organization ? organization.permissions.includes(permission) : me.root;
}
