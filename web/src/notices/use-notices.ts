import { useMutation, useQuery } from '@tanstack/react-query';
import type { NoticeView } from '../../generated/api';
import { answer, api } from '../api/client';
import { queryClient } from '../api/queries';
import { notifyFailure } from '../components/notify';

const queryKey = ['notices'];

/** Milliseconds after which the bell looks again. */
const lookMillis = 60_000;

/** What needs action of the reader; undefined until it is known. */
export function useNotices(): readonly NoticeView[] | undefined {
  const { data } = useQuery({
    queryKey,
    queryFn: () => answer(api.GET('/api/v1/users/me/notifications')),
    refetchInterval: lookMillis,
  });
  return data;
}

/** Dismisses a notice, or shows a dismissed one again. */
export function useDismissal(): (notice: NoticeView) => void {
  const { mutate } = useMutation({
    mutationFn: ({ id, dismissed }: NoticeView) => {
      const params = { params: { path: { notificationId: id } } };
      const path = '/api/v1/users/me/notifications/{notificationId}/dismissal';
      return answer(dismissed ? api.DELETE(path, params) : api.PUT(path, params));
    },
    onMutate: ({ id, dismissed }) => {
      queryClient.setQueryData<readonly NoticeView[]>(queryKey, (all) =>
        all?.map((each) => (each.id === id ? { ...each, dismissed: !dismissed } : each)),
      );
    },
    onError: notifyFailure,
    onSettled: () => queryClient.invalidateQueries({ queryKey }),
  });
  return mutate;
}
