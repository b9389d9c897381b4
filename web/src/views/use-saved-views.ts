import { useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { answer, api } from '../api/client';

/** A list as the reader has filtered and sorted it. */
export interface SavedView {
  id: number;
  name: string;
  /** The path of its page. */
  page: string;
  /** The query of the page's address, without its question mark. */
  query: string;
}

export const viewsKey = ['saved-views'];

/** The views that the reader has saved; none until they are there. */
export function useSavedViews(): readonly SavedView[] {
  const { data } = useQuery({ queryKey: viewsKey, queryFn: () => answer(api.GET('/api/v1/users/me/views')) });
  return data ?? [];
}

/** Shows a saved view. */
export function useOpenView(): (view: SavedView) => void {
  const router = useRouter();
  return ({ page, query }) =>
    void router.navigate({ to: page, search: router.options.parseSearch(`?${query}`) } as never);
}
