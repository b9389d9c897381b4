import { schemas } from './scim-document.js';
import { type GroupRow, type PersonRow } from '../scim.queries.js';

/** Where the resources are, for `meta.location` and `$ref`. */
export const scimPath = '/scim/v2';

export type Resource = Record<string, unknown>;

/** A user as clients see it. */
export function userResource(
  person: PersonRow,
  groups: readonly { groupId: number; displayName: string }[],
  serverUrl: string,
): Resource {
  const { id, userName, externalId, email, firstName, lastName, active } = person;
  const formatted = `${firstName} ${lastName}`.trim();
  return {
    schemas: [schemas.user],
    id: String(id),
    ...(externalId === null ? {} : { externalId }),
    userName,
    name: { givenName: firstName, familyName: lastName, formatted },
    displayName: formatted || userName,
    emails: [{ value: email, type: 'work', primary: true }],
    active,
    groups: groups.map((group) => ({
      value: String(group.groupId),
      display: group.displayName,
      $ref: `${serverUrl}${scimPath}/Groups/${group.groupId}`,
    })),
    meta: metaOf('User', person, serverUrl),
  };
}

/** A group as clients see it. @param members undefined: not asked for */
export function groupResource(
  group: GroupRow,
  members: readonly { userId: number; userName: string }[] | undefined,
  serverUrl: string,
): Resource {
  const { id, displayName, externalId } = group;
  return {
    schemas: [schemas.group],
    id: String(id),
    ...(externalId === null ? {} : { externalId }),
    displayName,
    ...(members && {
      members: members.map(({ userId, userName }) => ({
        value: String(userId),
        display: userName,
        $ref: `${serverUrl}${scimPath}/Users/${userId}`,
      })),
    }),
    meta: metaOf('Group', group, serverUrl),
  };
}

export function etagOf({ version }: { version: number }): string {
  return `W/"${version}"`;
}

function metaOf(
  resourceType: 'User' | 'Group',
  row: { id: number; version: number; createdAt: Date; updatedAt: Date },
  serverUrl: string,
): Resource {
  return {
    resourceType,
    created: row.createdAt.toISOString(),
    lastModified: row.updatedAt.toISOString(),
    version: etagOf(row),
    location: `${serverUrl}${scimPath}/${resourceType}s/${row.id}`,
  };
}

/** One page of a list (RFC 7644, 3.4.2). */
export function listResource(resources: readonly Resource[], total: number, startIndex: number): Resource {
  return {
    schemas: [schemas.list],
    totalResults: total,
    startIndex,
    itemsPerPage: resources.length,
    Resources: resources,
  };
}

/** What a client wants of a resource (RFC 7644, 3.9): names of attributes, separated by commas. */
export interface Selection {
  attributes?: string;
  excludedAttributes?: string;
}

/** Whether an attribute of a resource is wanted. Those that every resource has are. */
export function isWanted({ attributes, excludedAttributes }: Selection, name: string): boolean {
  if (['schemas', 'id', 'meta'].includes(name)) return true;
  if (attributes) return namesIn(attributes).has(name.toLowerCase());
  return !(excludedAttributes && namesIn(excludedAttributes).has(name.toLowerCase()));
}

/** The resource without the attributes that are not wanted. */
export function selected(resource: Resource, selection: Selection): Resource {
  return Object.fromEntries(Object.entries(resource).filter(([name]) => isWanted(selection, name)));
}

/** Of `emails.value`, all of `emails` is given. */
function namesIn(list: string): Set<string> {
  const plain = list.toLowerCase().replaceAll(/urn:ietf:params:scim:schemas:core:2\.0:(user|group):/g, '');
  return new Set(plain.split(',').map((name) => name.trim().split('.')[0] ?? ''));
}

/** A resource and its version, for `ETag`. */
export interface Versioned {
  version: number;
  resource: Resource;
}
