import type { LinkProps } from '@tanstack/react-router';
import { LayoutDashboard, type LucideIcon } from 'lucide-react';
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
];

/** Sections of the server, for its administrator. */
export const serverSections: readonly Section[] = [];
