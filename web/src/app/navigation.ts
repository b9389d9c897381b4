import type { LinkProps } from '@tanstack/react-router';
import { Building2, LayoutDashboard, type LucideIcon, Users, UsersRound } from 'lucide-react';
import type { ParseKeys } from 'i18next';
import type { Permission } from '../api/roles';

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
  { to: '/organizations/$organizationId/users', label: 'app.nav.users', icon: Users, needs: 'member.view' },
  { to: '/organizations/$organizationId/teams', label: 'app.nav.teams', icon: UsersRound },
  { to: '/organizations/$organizationId/settings', label: 'app.nav.organization', icon: Building2 },
];

/** Sections of the server, for its administrator. */
export const serverSections: readonly Section[] = [];
