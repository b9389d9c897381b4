import { useMutation, useQuery } from '@tanstack/react-query';
import type { CapacityMailView } from '../../generated/api';
import { answer, api } from '../api/client';
import { queryClient } from '../api/queries';
import { notifyFailure } from '../components/notify';

const queryKey = ['capacity-mails'];

interface CapacityMails {
  /** Undefined: not known yet. */
  mails: readonly CapacityMailView[] | undefined;
  /** Shown at once. */
  choose: (choice: CapacityMailView) => void;
}

/** Of which organizations one gets the capacity by mail, and of which one could. */
export function useCapacityMails(): CapacityMails {
  const { data } = useQuery({ queryKey, queryFn: () => answer(api.GET('/api/v1/users/me/capacity-mails')) });
  const saving = useMutation({
    mutationFn: async ({ organization, subscribed }: CapacityMailView) => {
      const params = { path: { organizationId: organization.id } };
      const path = '/api/v1/organizations/{organizationId}/capacity/mail';
      await answer(subscribed ? api.PUT(path, { params }) : api.DELETE(path, { params }));
    },
    onMutate: (choice) => {
      const others = (data ?? []).filter(({ organization }) => organization.id !== choice.organization.id);
      queryClient.setQueryData(queryKey, [...others, choice].sort(byName));
    },
    onError: notifyFailure,
    onSettled: () => queryClient.invalidateQueries({ queryKey }),
  });
  return { mails: data, choose: (choice) => saving.mutate(choice) };
}

function byName(one: CapacityMailView, other: CapacityMailView): number {
  return one.organization.name.localeCompare(other.organization.name);
}
