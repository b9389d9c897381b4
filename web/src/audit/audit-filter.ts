import { endOfDay, startOfDay } from '../forms/day';

/** What actions begin with. */
export const actionKinds = [
  'access.',
  'account.',
  'allocation.',
  'api-key.',
  'audit-log.',
  'backup.',
  'borrowed-seat.',
  'client-password.',
  'clock.',
  'execution-notification.',
  'identity-provider.',
  'identity.',
  'invitation.',
  'lease.',
  'license.',
  'license-policy.',
  'licensed-user.',
  'machine.',
  'mail-server.',
  'mail.',
  'member.',
  'offline-license.',
  'organization.',
  'plugin.',
  'scim-group.',
  'scim-token.',
  'scim-user.',
  'second-factor.',
  'secret-key.',
  'server-settings.',
  'service-account.',
  'session.',
  'setup.',
  'sign-in.',
  'signing-key.',
  'team.',
  'team-member.',
  'token.',
  'user.',
  'utilization.',
  'webhook.',
];

export const noFilter = { search: '', actor: '', action: '', from: '', to: '' };

export type AuditFilter = typeof noFilter;

/** The filter as the server reads it. */
export function queryOf({ search, actor, action, from, to }: AuditFilter): {
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
