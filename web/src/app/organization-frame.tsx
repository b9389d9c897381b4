import { Outlet } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useLive } from '../api/live';
import { lastOrganization } from './last-organization';
import { useOrganization } from './use-me';

/** Around all pages of an organization: they follow what happens in it. */
export function OrganizationFrame(): React.ReactNode {
  const { id } = useOrganization();
  useLive(id);
  useEffect(() => lastOrganization.set(id), [id]);
  return <Outlet />;
}
