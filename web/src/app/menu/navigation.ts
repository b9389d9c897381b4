import type { LinkProps } from '@tanstack/react-router';
import {
  Building,
  ChartLine,
  FileKey2,
  Fingerprint,
  Gauge,
  KeyRound,
  LayoutDashboard,
  type LucideIcon,
  Mail,
  MailQuestion,
  Puzzle,
  ScrollText,
  Server,
  Settings,
  SlidersHorizontal,
  UserCog,
  Users,
  UsersRound,
  Webhook,
} from 'lucide-react';
import type { ParseKeys } from 'i18next';
import type { Permission } from '../../api/permissions';

/** A section of the console. */
export interface MenuSection {
  to: LinkProps['to'];
  /** A tab of the page. */
  tab?: string;
  label: ParseKeys;
  icon: LucideIcon;
  /** For whose role it is; everybody's when absent. */
  needs?: Permission;
}

/** Sections under one heading of the menu, in its order. */
export interface SectionGroup {
  key: 'organization' | 'seats' | 'people' | 'settings' | 'server';
  sections: readonly MenuSection[];
}

/** Sections of an organization. */
export const organizationGroups: readonly SectionGroup[] = [
  {
    key: 'organization',
    sections: [
      { to: '/organizations/$organizationId/dashboard', label: 'menu.dashboard', icon: LayoutDashboard },
      { to: '/organizations/$organizationId/plugins', label: 'plugins.title', icon: Puzzle },
      { to: '/organizations/$organizationId/audit-log', label: 'audit.title', icon: ScrollText, needs: 'audit.view' },
    ],
  },
  {
    key: 'seats',
    sections: [
      { to: '/organizations/$organizationId/licenses', label: 'licenses.title', icon: KeyRound },
      {
        to: '/organizations/$organizationId/utilization',
        label: 'utilization.title',
        icon: ChartLine,
        needs: 'utilization.view',
      },
      {
        to: '/organizations/$organizationId/capacity',
        label: 'capacity.title',
        icon: Gauge,
        needs: 'utilization.view',
      },
      {
        to: '/organizations/$organizationId/policies',
        label: 'policies.title',
        icon: SlidersHorizontal,
        needs: 'license-policy.view',
      },
    ],
  },
  {
    key: 'people',
    sections: [
      { to: '/organizations/$organizationId/users', label: 'menu.users', icon: Users, needs: 'member.view' },
      {
        to: '/organizations/$organizationId/users',
        tab: 'invitations',
        label: 'menu.pending',
        icon: MailQuestion,
        needs: 'invitation.manage',
      },
      { to: '/organizations/$organizationId/teams', label: 'menu.teams', icon: UsersRound },
    ],
  },
  {
    key: 'settings',
    sections: [
      { to: '/organizations/$organizationId/settings', label: 'menu.settings', icon: Settings },
      { to: '/organizations/$organizationId/mail-server', label: 'mail.title', icon: Mail, needs: 'mail.manage' },
      {
        to: '/organizations/$organizationId/webhooks',
        label: 'webhooks.title',
        icon: Webhook,
        needs: 'webhook.manage',
      },
    ],
  },
];

/** Sections of the server, for its administrator. */
export const serverGroup: SectionGroup = {
  key: 'server',
  sections: [
    { to: '/server/licenses', label: 'administration.licenses.nav', icon: FileKey2 },
    { to: '/server/organizations', label: 'administration.organizations.title', icon: Building },
    { to: '/server/users', label: 'administration.accounts.title', icon: UserCog },
    { to: '/server/api-keys', label: 'administration.keys.title', icon: KeyRound },
    { to: '/server/identity', label: 'singleSignOn.admin.title', icon: Fingerprint },
    { to: '/server/mail-server', label: 'mail.defaultNav', icon: Mail },
    { to: '/server/webhooks', label: 'webhooks.serverTitle', icon: Webhook },
    { to: '/server/plugins', label: 'plugins.publicTitle', icon: Puzzle },
    { to: '/server/audit-log', label: 'audit.serverTitle', icon: ScrollText },
    { to: '/server/system', label: 'administration.system.title', icon: Server },
  ],
};
