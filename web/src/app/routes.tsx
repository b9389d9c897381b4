import { type QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, notFound, Outlet, redirect } from '@tanstack/react-router';
import { infoQuery, meQuery } from '../api/queries';
import { licenseTabIn } from '../licenses/license-tabs';
import { type MachineTab, machineTabs, type PersonTab, personTabs } from '../people/subject-tabs';
import { lastOrganization } from './last-organization';
import { SignInPage } from '../sign-in/sign-in-page';
import { lazyPage } from './lazy-page';
import { NotFoundPage } from './not-found-page';

const root = createRootRouteWithContext<{ queryClient: QueryClient }>()({ component: Outlet });

/** Reads an id in an address, which anybody can write. */
function idIn(text: string): number {
  const id = Number(text);
  if (!Number.isSafeInteger(id) || id < 1) notFound({ throw: true });
  return id;
}

/** Leads to the page where the visitor can go on. */
const start = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: async ({ context: { queryClient } }) => {
    const info = await queryClient.query(infoQuery);
    if (info.setup !== 'ready') throw redirect({ to: '/activate', replace: true });
    const me = await queryClient.query(meQuery);
    if (!me) throw redirect({ to: '/sign-in', replace: true });
    const organizationId = lastOrganization.of(me);
    if (organizationId === undefined) throw redirect({ to: '/organizations/new', replace: true });
    throw redirect({ to: '/organizations/$organizationId/dashboard', params: { organizationId }, replace: true });
  },
});

const activate = createRoute({
  getParentRoute: () => root,
  path: '/activate',
  component: lazyPage(() => import('../setup/activate-page'), 'ActivatePage'),
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  /** `next`: an address in this console to go to afterwards; `refused`: why a sign-in with a provider has ended here. */
  validateSearch: ({ next, refused }): { next?: string; refused?: string } => ({
    ...(typeof next === 'string' && /^\/(?!\/)/.test(next) && { next }),
    ...(typeof refused === 'string' && { refused }),
  }),
  /** Who is signed in already goes on; where that cannot be asked, the page itself says that the server is away. */
  beforeLoad: async ({ context: { queryClient }, search: { next } }) => {
    const me = await queryClient.query({ ...meQuery, retry: false }).catch(() => null);
    if (me) throw next === undefined ? redirect({ to: '/', replace: true }) : redirect({ href: next, replace: true });
  },
  component: SignInPage,
});

const forgotPassword = createRoute({
  getParentRoute: () => root,
  path: '/forgot-password',
  component: lazyPage(() => import('../sign-in/forgot-password-page'), 'ForgotPasswordPage'),
});

const resetPassword = createRoute({
  getParentRoute: () => root,
  path: '/reset-password/$token',
  component: lazyPage(() => import('../sign-in/reset-password-page'), 'ResetPasswordPage'),
});

const verifyEmail = createRoute({
  getParentRoute: () => root,
  path: '/verify-email/$token',
  component: lazyPage(() => import('../sign-in/verify-email-page'), 'VerifyEmailPage'),
});

const invitation = createRoute({
  getParentRoute: () => root,
  path: '/invitations/$token',
  component: lazyPage(() => import('../invitation/invitation-page'), 'InvitationPage'),
});

/** The frame around everything for people who are signed in. */
const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  beforeLoad: async ({ context: { queryClient }, location }) => {
    const [info, me] = await Promise.all([
      queryClient.query({ ...infoQuery, staleTime: 'static' }),
      queryClient.query({ ...meQuery, staleTime: 'static' }),
    ]);
    if (info.setup !== 'ready') throw redirect({ to: '/activate', replace: true });
    if (!me) throw redirect({ to: '/sign-in', search: { next: location.href }, replace: true });
    return { me };
  },
  component: lazyPage(() => import('./shell'), 'Shell'),
});

const newOrganization = createRoute({
  getParentRoute: () => shell,
  path: '/organizations/new',
  component: lazyPage(() => import('../organization/new-organization-page'), 'NewOrganizationPage'),
});

const profile = createRoute({
  getParentRoute: () => shell,
  path: '/profile',
  component: lazyPage(() => import('../profile/profile-page'), 'ProfilePage'),
});

/** Everything in one organization. */
const organization = createRoute({
  getParentRoute: () => shell,
  path: '/organizations/$organizationId',
  params: {
    parse: ({ organizationId }) => ({ organizationId: idIn(organizationId) }),
    stringify: ({ organizationId }) => ({ organizationId: String(organizationId) }),
  },
  component: lazyPage(() => import('./organization-frame'), 'OrganizationFrame'),
});

/** Half an address leads to the first page below it. */
const organizations = createRoute({
  getParentRoute: () => shell,
  path: '/organizations',
  beforeLoad: () => {
    throw redirect({ to: '/', replace: true });
  },
});

const organizationStart = createRoute({
  getParentRoute: () => organization,
  path: '/',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/organizations/$organizationId/dashboard', params, replace: true });
  },
});

const dashboard = createRoute({
  getParentRoute: () => organization,
  path: '/dashboard',
  component: lazyPage(() => import('../dashboard/dashboard-page'), 'DashboardPage'),
});

const licenses = createRoute({
  getParentRoute: () => organization,
  path: '/licenses',
  /** `tab`: one of the lists. */
  validateSearch: licenseTabIn,
  component: lazyPage(() => import('../licenses/licenses-page'), 'LicensesPage'),
});

const utilization = createRoute({
  getParentRoute: () => organization,
  path: '/utilization',
  component: lazyPage(() => import('../utilization/utilization-page'), 'UtilizationPage'),
});

const capacity = createRoute({
  getParentRoute: () => organization,
  path: '/capacity',
  component: lazyPage(() => import('../capacity/capacity-page'), 'CapacityPage'),
});

const policies = createRoute({
  getParentRoute: () => organization,
  path: '/policies',
  component: lazyPage(() => import('../policies/policies-page'), 'PoliciesPage'),
});

const mail = createRoute({
  getParentRoute: () => organization,
  path: '/mail-server',
  component: lazyPage(() => import('../mail/mail-server-page'), 'MailServerPage'),
});

const webhooks = createRoute({
  getParentRoute: () => organization,
  path: '/webhooks',
  component: lazyPage(() => import('../webhooks/webhooks-page'), 'WebhooksPage'),
});

const plugins = createRoute({
  getParentRoute: () => organization,
  path: '/plugins',
  component: lazyPage(() => import('../plugins/plugins-page'), 'PluginsPage'),
});

const audit = createRoute({
  getParentRoute: () => organization,
  path: '/audit-log',
  component: lazyPage(() => import('../audit/audit-page'), 'AuditPage'),
});

/** Everything about the server, for its administrator. */
const server = createRoute({
  getParentRoute: () => shell,
  path: '/server',
  component: lazyPage(() => import('../administration/server-frame'), 'ServerFrame'),
});

const serverStart = createRoute({
  getParentRoute: () => server,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/server/licenses', replace: true });
  },
});

const serverLicenses = createRoute({
  getParentRoute: () => server,
  path: '/licenses',
  component: lazyPage(() => import('../administration/licenses/server-licenses-page'), 'ServerLicensesPage'),
});

const serverUsers = createRoute({
  getParentRoute: () => server,
  path: '/users',
  component: lazyPage(() => import('../administration/accounts/accounts-page'), 'AccountsPage'),
});

const serverKeys = createRoute({
  getParentRoute: () => server,
  path: '/api-keys',
  component: lazyPage(() => import('../administration/keys-page'), 'KeysPage'),
});

const serverOrganizations = createRoute({
  getParentRoute: () => server,
  path: '/organizations',
  component: lazyPage(() => import('../administration/organizations-page'), 'OrganizationsPage'),
});

const serverIdentity = createRoute({
  getParentRoute: () => server,
  path: '/identity',
  component: lazyPage(() => import('../identity/identity-page'), 'IdentityPage'),
});

/** A provider by its number; `new-oidc` and `new-ldap`: one that is not connected yet. */
const serverProvider = createRoute({
  getParentRoute: () => server,
  path: '/identity/$provider',
  component: lazyPage(() => import('../identity/provider-page'), 'ProviderPage'),
});

const serverMail = createRoute({
  getParentRoute: () => server,
  path: '/mail-server',
  component: lazyPage(() => import('../administration/server-mail-page'), 'ServerMailPage'),
});

const serverWebhooks = createRoute({
  getParentRoute: () => server,
  path: '/webhooks',
  component: lazyPage(() => import('../administration/server-webhooks-page'), 'ServerWebhooksPage'),
});

const serverPlugins = createRoute({
  getParentRoute: () => server,
  path: '/plugins',
  component: lazyPage(() => import('../administration/server-plugins-page'), 'ServerPluginsPage'),
});

const serverAudit = createRoute({
  getParentRoute: () => server,
  path: '/audit-log',
  component: lazyPage(() => import('../administration/server-audit-page'), 'ServerAuditPage'),
});

const serverSystem = createRoute({
  getParentRoute: () => server,
  path: '/system',
  component: lazyPage(() => import('../administration/system/system-page'), 'SystemPage'),
});

const userTabs = ['active', 'invitations', 'service-accounts', 'removed'] as const;

const users = createRoute({
  getParentRoute: () => organization,
  path: '/users',
  validateSearch: ({ tab, invite }): { tab?: (typeof userTabs)[number]; invite?: true } => ({
    tab: userTabs.find((each) => each === tab),
    ...(invite === true && { invite }),
  }),
  component: lazyPage(() => import('../users/users-page'), 'UsersPage'),
});

const peopleFile = createRoute({
  getParentRoute: () => organization,
  path: '/users/import',
  component: lazyPage(() => import('../users/people-file-page'), 'PeopleFilePage'),
});

const person = createRoute({
  getParentRoute: () => organization,
  path: '/users/$userId',
  params: {
    parse: ({ userId }) => ({ userId: idIn(userId) }),
    stringify: ({ userId }) => ({ userId: String(userId) }),
  },
  validateSearch: ({ tab }): { tab?: PersonTab } => ({ tab: personTabs.find((each) => each === tab) }),
  component: lazyPage(() => import('../people/person-page'), 'PersonPage'),
});

const machine = createRoute({
  getParentRoute: () => organization,
  path: '/machines/$machineId',
  validateSearch: ({ tab }): { tab?: MachineTab } => ({ tab: machineTabs.find((each) => each === tab) }),
  component: lazyPage(() => import('../people/machine-page'), 'MachinePage'),
});

const teams = createRoute({
  getParentRoute: () => organization,
  path: '/teams',
  component: lazyPage(() => import('../teams/teams-page'), 'TeamsPage'),
});

const team = createRoute({
  getParentRoute: () => organization,
  path: '/teams/$teamId',
  params: {
    parse: ({ teamId }) => ({ teamId: idIn(teamId) }),
    stringify: ({ teamId }) => ({ teamId: String(teamId) }),
  },
  component: lazyPage(() => import('../teams/team-page'), 'TeamPage'),
});

const settings = createRoute({
  getParentRoute: () => organization,
  path: '/settings',
  component: lazyPage(() => import('../organization/organization-page'), 'OrganizationPage'),
});

/** Every other address, within the frame. */
const unknown = createRoute({ getParentRoute: () => shell, path: '$', component: NotFoundPage });

/** All pages. Each one but the sign-in page is a file of its own, loaded on the first visit. */
export const routeTree = root.addChildren([
  start,
  activate,
  signIn,
  forgotPassword,
  resetPassword,
  verifyEmail,
  invitation,
  shell.addChildren([
    newOrganization,
    profile,
    organizations,
    organization.addChildren([
      organizationStart,
      dashboard,
      licenses,
      utilization,
      capacity,
      users,
      peopleFile,
      person,
      machine,
      teams,
      team,
      policies,
      mail,
      webhooks,
      plugins,
      audit,
      settings,
    ]),
    server.addChildren([
      serverStart,
      serverLicenses,
      serverUsers,
      serverKeys,
      serverIdentity,
      serverProvider,
      serverOrganizations,
      serverMail,
      serverWebhooks,
      serverPlugins,
      serverAudit,
      serverSystem,
    ]),
    unknown,
  ]),
]);
