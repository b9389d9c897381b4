import { AppShell, Badge, Burger, Group, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Notifications } from '@mantine/notifications';
import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useParams, useRouterState } from '@tanstack/react-router';
import { FlaskConical } from 'lucide-react';
import { Suspense, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { infoQuery } from '../api/queries';
import { PageSkeleton } from '../components/layout/page-skeleton';
import { NoticeBell } from '../notices/notice-bell';
import { PaletteButton } from '../palette/palette-button';
import { ConfirmIdentity } from './confirm-identity';
import { ConnectionBanner } from './connection-banner';
import { lastOrganization } from './last-organization';
import { OrganizationMark } from './organization-mark';
import { NavigationMenu } from './menu/navigation-menu';
import { OrganizationSwitcher } from './menu/organization-switcher';
import { SecondFactorDuty, SecondFactorReminder } from '../second-factor/duty';
import { SessionEnded } from './session-ended';
import classes from './shell.module.css';
import { useMe } from './use-me';
import { UserMenu } from './menu/user-menu';

/** The frame: who you are, where you are, and where you can go. */
export function Shell(): React.ReactNode {
  const { secondFactorMissing } = useMe();
  return secondFactorMissing ? <LimitedShell /> : <WholeShell />;
}

/** The reader has to set up a second factor first. */
function LimitedShell(): React.ReactNode {
  return (
    <>
      <Notifications position="bottom-right" limit={3} autoClose={6000} />
      <SecondFactorDuty />
      <ConfirmIdentity />
      <SessionEnded />
    </>
  );
}

function WholeShell(): React.ReactNode {
  const me = useMe();
  const [opened, { toggle, close }] = useDisclosure(false);
  const { organizationId } = useParams({ strict: false });
  const isTheirs = me.root || me.organizations.some(({ id }) => id === organizationId);
  const address = useRouterState({ select: ({ location }) => location.pathname });
  useEffect(close, [address, close]);
  const current = typeof organizationId === 'number' && isTheirs ? organizationId : lastOrganization.of(me);
  return (
    <>
      <SkipLink />
      <Notifications position="bottom-right" limit={3} autoClose={6000} />
      <AppShell
        header={{ height: 60 }}
        navbar={{ width: 248, breakpoint: 'md', collapsed: { mobile: !opened } }}
        padding={{ base: 'md', md: 'xl' }}
      >
        <Header current={current} opened={opened} onToggle={toggle} />
        <NavigationMenu current={current} opened={opened} />
        <AppShell.Main id="main" tabIndex={-1} className={classes.main} style={{ outline: 'none' }}>
          <ConnectionBanner />
          <SecondFactorReminder />
          <Suspense fallback={<PageSkeleton />}>
            <Outlet />
          </Suspense>
        </AppShell.Main>
      </AppShell>
      <ConfirmIdentity />
      <SessionEnded />
    </>
  );
}

/** For the keyboard: over the navigation, to what the page is about. */
function SkipLink(): React.ReactNode {
  const { t } = useTranslation();
  return (
    <a
      className="skip"
      href="#main"
      onClick={(event) => {
        event.preventDefault();
        document.getElementById('main')?.focus();
      }}
    >
      {t('app.skip')}
    </a>
  );
}

interface HeaderProps {
  current: number | undefined;
  /** The navigation is opened, on a narrow window. */
  opened: boolean;
  onToggle: () => void;
}

function Header({ current, opened, onToggle }: HeaderProps): React.ReactNode {
  const { t } = useTranslation();
  return (
    <AppShell.Header className={classes.header}>
      <Group h="100%" px="md" gap="sm" justify="space-between" wrap="nowrap">
        <Group gap="sm" wrap="nowrap" miw={0}>
          <Burger
            opened={opened}
            onClick={onToggle}
            hiddenFrom="md"
            size="sm"
            aria-label={t('app.menu')}
            aria-expanded={opened}
          />
          <Link to="/" style={{ display: 'flex' }}>
            <OrganizationMark organizationId={current} />
          </Link>
          <OrganizationSwitcher current={current} />
        </Group>
        <Group gap="xs" wrap="nowrap">
          <EvaluationBadge />
          <PaletteButton organizationId={current} />
          <NoticeBell organizationId={current} />
          <UserMenu />
        </Group>
      </Group>
    </AppShell.Header>
  );
}

/** On every page of a server that runs on the evaluation license. */
function EvaluationBadge(): React.ReactNode {
  const { t } = useTranslation();
  const { data } = useQuery(infoQuery);
  if (!data?.evaluation) return null;
  return (
    <Tooltip label={t('app.evaluation.text')} multiline w={280}>
      <Badge
        color="yellow"
        variant="light"
        size="lg"
        tabIndex={0}
        c="var(--warning)"
        leftSection={<FlaskConical size={14} aria-hidden />}
      >
        {t('app.evaluation.badge')}
      </Badge>
    </Tooltip>
  );
}
