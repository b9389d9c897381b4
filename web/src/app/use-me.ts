import { useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { MeView, OrganizationDetails } from '../../generated/api';
import { answer, api } from '../api/client';
import { meQuery, organizationKey } from '../api/queries';
import { mayDo, type Permission } from '../api/permissions';

const shell = getRouteApi('/shell');

/** Who is signed in; only below the shell. */
export function useMe(): MeView {
  const { me } = shell.useRouteContext();
  const { data } = useSuspenseQuery(meQuery);
  // After the end of the session the page stays as it was, under the question to sign in again.
  return data ?? me;
}

/** The organization of the page, and what the reader may do there. */
export function useOrganization(): OrganizationDetails & { may: (permission: Permission) => boolean } {
  const me = useMe();
  const { organizationId } = getRouteApi('/shell/organizations/$organizationId').useParams();
  const { data } = useSuspenseQuery({
    queryKey: organizationKey(organizationId, ['organization', 'members'], 'view'),
    queryFn: () => answer(api.GET('/api/v1/organizations/{organizationId}', { params: { path: { organizationId } } })),
  });
  return { ...data, may: (permission) => mayDo(me, data, permission) };
}
