import { createRouter } from '@tanstack/react-router';
import { serverRoot } from '../api/client';
import { queryClient } from '../api/queries';
import { ErrorPage } from './error-page';
import { NotFoundPage } from './not-found-page';
import { PageSkeleton } from '../components/layout/page-skeleton';
import { routeTree } from './routes';

/** Leads from addresses to pages; the base is the path that a proxy may have put before the server. */
export const router = createRouter({
  routeTree,
  basepath: new URL(serverRoot).pathname,
  context: { queryClient },
  defaultPreload: 'intent',
  defaultPreloadStaleTime: 0,
  defaultErrorComponent: ErrorPage,
  defaultNotFoundComponent: NotFoundPage,
  defaultPendingComponent: PageSkeleton,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
