import { type AssignableRole, assignableRoles, type Role } from '../../access/role.js';
import { foldCase } from '../../text/fold-case.js';
import { parseDistinguishedName } from './distinguished-name.js';
import { type IdentityGroup } from './identity-group.entity.js';

/** What the groups of a person give. */
export interface Grants {
  root: boolean;
  /** By organization. */
  roles: ReadonlyMap<number, AssignableRole>;
  /** The organization of each team. */
  teams: ReadonlyMap<number, number>;
}

/** What an account has. */
export interface Standing {
  root: boolean;
  /** A group of the provider has made it an administrator. */
  givesRoot: boolean;
  memberships: readonly { organizationId: number; role: Role; managedBy: number | null }[];
  teams: readonly { organizationId: number; teamId: number; managedBy: number | null }[];
}

/** What has to change so that an account has what its groups give. */
export interface GrantPlan {
  joins: { organizationId: number; role: AssignableRole }[];
  roles: { organizationId: number; role: AssignableRole }[];
  leaves: number[];
  teamJoins: { organizationId: number; teamId: number }[];
  teamLeaves: { organizationId: number; teamId: number }[];
  /** Becomes an administrator, or no longer is one; undefined: as it is. */
  root: boolean | undefined;
}

/** @param memberOf names of the groups that the person is in, as the provider has them */
export function grantsOf(rules: readonly IdentityGroup[], memberOf: Iterable<string>): Grants {
  const names = new Set([...memberOf].map(groupName));
  const given = rules.filter(({ name }) => names.has(groupName(name)));
  const roles = new Map<number, AssignableRole>();
  const teams = new Map<number, number>();
  for (const { organizationId, role, teamId } of given) {
    if (organizationId === null || role === null) continue;
    const other = roles.get(organizationId);
    if (!other || rankOf(role) < rankOf(other)) roles.set(organizationId, role);
    if (teamId !== null) teams.set(teamId, organizationId);
  }
  return { root: given.some(({ root }) => root), roles, teams };
}

/** A name or a DN as it is compared: without case, and a DN without blanks around its parts and however it is escaped. */
function groupName(name: string): string {
  const parts = parseDistinguishedName(name);
  // A name that looks like a DN in this form is still not one.
  return parts ? `dn ${foldCase(JSON.stringify(parts))}` : `name ${foldCase(name.trim())}`;
}

/** Of several groups of one organization, the one that may do most decides. */
const rankOf = (role: AssignableRole): number => assignableRoles.indexOf(role);

/** The owner's role never changes, and roles in organizations that no group names stay as they are. */
export function planOf(providerId: number, grants: Grants, standing: Standing): GrantPlan {
  const memberships = new Map(standing.memberships.map((each) => [each.organizationId, each]));
  const granted = [...grants.roles].map(([organizationId, role]) => ({ organizationId, role }));
  const teams = new Map(standing.teams.map((each) => [each.teamId, each]));
  const isManaged = ({ managedBy }: { managedBy: number | null }): boolean => managedBy === providerId;
  return {
    joins: granted.filter(({ organizationId }) => !memberships.has(organizationId)),
    roles: granted.filter(({ organizationId, role }) => {
      const has = memberships.get(organizationId);
      return has && has.role !== 'OWNER' && (has.role !== role || !isManaged(has));
    }),
    leaves: standing.memberships
      .filter((each) => isManaged(each) && each.role !== 'OWNER' && !grants.roles.has(each.organizationId))
      .map(({ organizationId }) => organizationId),
    teamJoins: [...grants.teams]
      .filter(([teamId]) => !teams.has(teamId))
      .map(([teamId, organizationId]) => ({ teamId, organizationId })),
    teamLeaves: standing.teams.filter((each) => isManaged(each) && !grants.teams.has(each.teamId)),
    root: grants.root === standing.root || (!grants.root && !standing.givesRoot) ? undefined : grants.root,
  };
}

export function isEmpty({ root, ...lists }: GrantPlan): boolean {
  return root === undefined && Object.values(lists).every((each) => each.length === 0);
}
