import type { UseQueryOptions } from '@tanstack/react-query';
import type { AllocationView } from '../../../generated/api';
import { answer, api } from '../../api/client';

/** What an organization has been given of the granted seats. */
export function allocationsQuery(organizationId: number): UseQueryOptions<AllocationView[]> {
  return {
    queryKey: ['allocations', organizationId],
    queryFn: () =>
      answer(api.GET('/api/v1/organizations/{organizationId}/allocations', { params: { path: { organizationId } } })),
  };
}
