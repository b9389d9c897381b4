import { endOfDay, startOfDay } from '../forms/day';

/** What actions begin with, by what they are about. */
export const actionGroups = {
  seats: [
    'allocation.',
    'borrowed-seat.',
    'lease.',
    'license.',
    'license-policy.',
    'licensed-user.',
    'machine.',
    'offline-license.',
    'utilization.',
  ],
  people: ['invitation.', 'member.', 'organization.', 'people.', 'service-account.', 'team.', 'team-member.', 'user.'],
  signIn: [
    'access.',
    'account.',
    'api-key.',
    'client-password.',
    'identity-provider.',
    'identity.',
    'saml-key.',
    'scim-group.',
    'scim-token.',
    'scim-user.',
    'second-factor.',
    'session.',
    'sign-in.',
    'token.',
  ],
  server: [
    'audit-log.',
    'backup.',
    'clock.',
    'execution-notification.',
    'list.',
    'mail-server.',
    'mail.',
    'plugin.',
    'secret-key.',
    'server-settings.',
    'setup.',
    'signing-key.',
    'webhook.',
  ],
} as const;

export const actionKinds: readonly string[] = Object.values(actionGroups).flat();

export const noFilter = { search: '', actor: '', action: '', from: '', to: '' };

export type AuditFilter = typeof noFilter;

/** The filter as the server reads it. */
export function auditQueryOf({ search, actor, action, from, to }: AuditFilter): {
  search?: string;
  actor?: string;
  action?: string;
  from?: string;
  to?: string;
} {
  return {
    search: search.trim() || undefined,
    actor: actor.trim() || undefined,
    action: action.trim() || undefined,
    from: from ? startOfDay(from).toISOString() : undefined,
    to: to ? endOfDay(to).toISOString() : undefined,
  };
}
