import { type QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, lazyRouteComponent, Outlet, redirect } from '@tanstack/react-router';
import { infoQuery, meQuery } from '../api/queries';
import { lastOrganization } from './last-organization';

const root = createRootRouteWithContext<{ queryClient: QueryClient }>()({ component: Outlet });

/** Leads to where somebody can go on. */
const start = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: async ({ context: { queryClient } }) => {
    const info = await queryClient.fetchQuery(infoQuery);
    if (info.setup !== 'ready') throw redirect({ to: '/activate', replace: true });
    const me = await queryClient.fetchQuery(meQuery);
    if (!me) throw redirect({ to: '/sign-in', replace: true });
    const organizationId = lastOrganization.of(me);
    if (organizationId === undefined) throw redirect({ to: '/organizations/new', replace: true });
    throw redirect({ to: '/organizations/$organizationId/dashboard', params: { organizationId }, replace: true });
  },
});

const activate = createRoute({
  getParentRoute: () => root,
  path: '/activate',
  component: lazyRouteComponent(() => import('../setup/activate-page'), 'ActivatePage'),
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  /** `next`: an address in this console to go to afterwards. */
  validateSearch: ({ next }): { next?: string } => (typeof next === 'string' && /^\/(?!\/)/.test(next) ? { next } : {}),
  component: lazyRouteComponent(() => import('../sign-in/sign-in-page'), 'SignInPage'),
});

/** The frame around everything for people who are signed in. */
const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  beforeLoad: async ({ context: { queryClient }, location }) => {
    const [info, me] = await Promise.all([
      queryClient.ensureQueryData(infoQuery),
      queryClient.ensureQueryData(meQuery),
    ]);
    if (info.setup !== 'ready') throw redirect({ to: '/activate', replace: true });
    if (!me) throw redirect({ to: '/sign-in', search: { next: location.href }, replace: true });
    return { me };
  },
  component: lazyRouteComponent(() => import('./shell'), 'Shell'),
});

const newOrganization = createRoute({
  getParentRoute: () => shell,
  path: '/organizations/new',
  component: lazyRouteComponent(() => import('../organization/new-organization-page'), 'NewOrganizationPage'),
});

/** Everything in one organization. */
const organization = createRoute({
  getParentRoute: () => shell,
  path: '/organizations/$organizationId',
  params: {
    parse: ({ organizationId }) => {
      const id = Number(organizationId);
      if (!Number.isSafeInteger(id) || id < 1) throw new Error('No organization has such an id');
      return { organizationId: id };
    },
    stringify: ({ organizationId }) => ({ organizationId: String(organizationId) }),
  },
  component: lazyRouteComponent(() => import('./organization-frame'), 'OrganizationFrame'),
});

const dashboard = createRoute({
  getParentRoute: () => organization,
  path: '/dashboard',
  component: lazyRouteComponent(() => import('../dashboard/dashboard-page'), 'DashboardPage'),
});

/** All pages. Each one is a file of its own that is loaded when somebody goes there. */
export const routeTree = root.addChildren([
  start,
  activate,
  signIn,
  shell.addChildren([newOrganization, organization.addChildren([dashboard])]),
]);
