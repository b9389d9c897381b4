import { useMutation, useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { NoticeView } from '../../generated/api';
import { answer, api } from '../api/client';
import { queryClient } from '../api/queries';
import { notifyFailure } from '../components/notify';

const queryKey = ['notices'];

/** Milliseconds after which the bell looks again. */
const lookMillis = 60_000;

/** What needs action of the reader. */
export function useNotices(): UseQueryResult<readonly NoticeView[]> {
  return useQuery({
    queryKey,
    queryFn: () => answer(api.GET('/api/v1/users/me/notifications')),
    refetchInterval: lookMillis,
  });
}

/** Dismisses a notice, or shows a dismissed one again. */
export function useDismissal(): (notice: NoticeView) => void {
  const { mutate } = useMutation({
    mutationFn: ({ id, dismissed }: NoticeView) => {
      const params = { params: { path: { notificationId: id } } };
      const path = '/api/v1/users/me/notifications/{notificationId}/dismissal';
      return answer(dismissed ? api.DELETE(path, params) : api.PUT(path, params));
    },
    onMutate: async ({ id, dismissed }) => {
      // What is on its way knows nothing of it.
      await queryClient.cancelQueries({ queryKey });
      queryClient.setQueryData<readonly NoticeView[]>(queryKey, (all) =>
        all?.map((each) => (each.id === id ? { ...each, dismissed: !dismissed } : each)),
      );
    },
    onError: notifyFailure,
    onSettled: () => queryClient.invalidateQueries({ queryKey }),
  });
  return mutate;
}
