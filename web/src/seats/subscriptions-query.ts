import { queryOptions } from '@tanstack/react-query';
import { answer, api } from '../api/client';
import { organizationKey } from '../api/queries';

/** What an organization has, by product and model. */
export const subscriptionsQuery = (organizationId: number) =>
  queryOptions({
    queryKey: organizationKey(
      organizationId,
      ['licenses', 'online-licenses', 'offline-licenses', 'licensed-users', 'machines'],
      'subscriptions',
    ),
    queryFn: () =>
      answer(api.GET('/api/v1/organizations/{organizationId}/licenses', { params: { path: { organizationId } } })),
  });
