import type { MeView, OrganizationView } from '../../generated/api.js';

export type Permission = OrganizationView['permissions'][number];

/** Whether the pages of an organization offer this to the user: what the server permits them there. */
export function mayDo(me: MeView, organization: OrganizationView | undefined, permission: Permission): boolean {
  return organization ? organization.permissions.includes(permission) : me.root;
}
