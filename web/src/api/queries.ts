import { QueryClient, queryOptions } from '@tanstack/react-query';
import { answer, api } from './client';
import { Problem } from './problem';
import { session } from './session';

/** What the pages know of the server; kept until an event says that it has changed, or the reader comes back to the tab. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      retry: (failures, error) => !(error instanceof Problem) && failures < 3,
      retryDelay: (attempt) => Math.min(500 * 2 ** attempt, 8000),
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
});

/** What server this is, and whether it is set up. */
export const infoQuery = queryOptions({
  queryKey: ['info'],
  queryFn: () => answer(api.GET('/info')),
  staleTime: 300_000,
});

/** The user who is signed in; null without a session. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async () => {
    try {
      const me = await answer(api.GET('/api/v1/users/me'));
      session.began();
      return me;
    } catch (error) {
      if (error instanceof Problem && error.status === 401) return null;
      throw error;
    }
  },
});

/** What can change in an organization, as the server's events name it. */
export type Topic =
  | 'organization'
  | 'members'
  | 'invitations'
  | 'teams'
  | 'licenses'
  | 'licensed-users'
  | 'online-licenses'
  | 'offline-licenses'
  | 'machines'
  | 'denials'
  | 'mail'
  | 'plugins';

/**
 * The key of a query about an organization: whatever hangs on one of these topics is fetched again when the server says
 * that the topic has changed.
 *
 * @param topics first the topics, then whatever else tells the query from others
 */
export function organizationKey(id: number, topics: Topic | readonly Topic[], ...more: unknown[]): readonly unknown[] {
  return ['organization', id, typeof topics === 'string' ? [topics] : topics, ...more];
}

/** Fetches again what hangs on these topics; without topics, everything of the organization. */
export function refreshOrganization(id: number, topics?: readonly string[]): Promise<void> {
  return queryClient.invalidateQueries({
    predicate: ({ queryKey }) =>
      queryKey[0] === 'organization' &&
      queryKey[1] === id &&
      (!topics || (queryKey[2] as readonly string[]).some((topic) => topics.includes(topic))),
  });
}
