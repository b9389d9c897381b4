import type { LinkProps } from '@tanstack/react-router';
import {
  Building2,
  Building,
  ChartLine,
  FileKey2,
  Fingerprint,
  Gauge,
  KeyRound,
  LayoutDashboard,
  type LucideIcon,
  Mail,
  Puzzle,
  ScrollText,
  Server,
  SlidersHorizontal,
  UserCog,
  Users,
  UsersRound,
  Webhook,
} from 'lucide-react';
import type { ParseKeys } from 'i18next';
import type { Permission } from '../api/permissions';

/** A section of the console, in the order of the menu. */
export interface Section {
  to: LinkProps['to'];
  label: ParseKeys;
  icon: LucideIcon;
  /** For whose role it is; everybody's when absent. */
  needs?: Permission;
}

/** Sections of an organization. */
export const organizationSections: readonly Section[] = [
  { to: '/organizations/$organizationId/dashboard', label: 'app.nav.dashboard', icon: LayoutDashboard },
  { to: '/organizations/$organizationId/licenses', label: 'licenses.title', icon: KeyRound },
  {
    to: '/organizations/$organizationId/utilization',
    label: 'utilization.title',
    icon: ChartLine,
    needs: 'utilization.view',
  },
  { to: '/organizations/$organizationId/capacity', label: 'capacity.title', icon: Gauge, needs: 'utilization.view' },
  { to: '/organizations/$organizationId/users', label: 'app.nav.users', icon: Users, needs: 'member.view' },
  { to: '/organizations/$organizationId/teams', label: 'app.nav.teams', icon: UsersRound },
  {
    to: '/organizations/$organizationId/policies',
    label: 'policies.title',
    icon: SlidersHorizontal,
    needs: 'license-policy.view',
  },
  { to: '/organizations/$organizationId/mail-server', label: 'mail.title', icon: Mail, needs: 'mail.manage' },
  { to: '/organizations/$organizationId/webhooks', label: 'webhooks.title', icon: Webhook, needs: 'webhook.manage' },
  { to: '/organizations/$organizationId/plugins', label: 'plugins.title', icon: Puzzle },
  { to: '/organizations/$organizationId/audit-log', label: 'audit.title', icon: ScrollText, needs: 'audit.view' },
  { to: '/organizations/$organizationId/settings', label: 'app.nav.organization', icon: Building2 },
];

/** Sections of the server, for its administrator. */
export const serverSections: readonly Section[] = [
  { to: '/server/licenses', label: 'administration.licenses.nav', icon: FileKey2 },
  { to: '/server/organizations', label: 'administration.organizations.title', icon: Building },
  { to: '/server/users', label: 'administration.accounts.title', icon: UserCog },
  { to: '/server/api-keys', label: 'administration.keys.title', icon: KeyRound },
  { to: '/server/identity', label: 'singleSignOn.admin.title', icon: Fingerprint },
  { to: '/server/mail-server', label: 'mail.defaultNav', icon: Mail },
  { to: '/server/webhooks', label: 'webhooks.title', icon: Webhook },
  { to: '/server/plugins', label: 'plugins.publicTitle', icon: Puzzle },
  { to: '/server/audit-log', label: 'audit.title', icon: ScrollText },
  { to: '/server/system', label: 'administration.system.title', icon: Server },
];
