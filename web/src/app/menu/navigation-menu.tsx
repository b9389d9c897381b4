import { AppShell, ScrollArea, Stack, UnstyledButton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { ChevronDown } from 'lucide-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { mayDo } from '../../api/permissions';
import { closedGroups } from './closed-groups';
import { organizationGroups, type MenuSection, type SectionGroup, serverGroup } from './navigation';
import classes from '../shell.module.css';
import { useMe } from '../use-me';

/** The menu: groups of links, which the reader can close. */
export function NavigationMenu({ current, opened }: { current: number | undefined; opened: boolean }): React.ReactNode {
  const { t } = useTranslation();
  const me = useMe();
  const organization = me.organizations.find(({ id }) => id === current);
  const groups = organizationGroups.map(({ key, sections }) => ({
    key,
    sections: sections.filter(({ needs }) => !needs || mayDo(me, organization, needs)),
  }));
  return (
    <AppShell.Navbar className={classes.navbar} data-closed={!opened || undefined} p="sm" aria-label={t('app.menu')}>
      <AppShell.Section component={ScrollArea} grow>
        <Stack gap="sm">
          {current !== undefined &&
            groups
              .filter(({ sections }) => sections.length > 0)
              .map((group) => <Links key={group.key} group={group} params={{ organizationId: current }} />)}
          {me.root && (
            <div className={classes.apart}>
              <Links group={serverGroup} />
            </div>
          )}
        </Stack>
      </AppShell.Section>
    </AppShell.Navbar>
  );
}

function Links({ group: { key, sections }, params }: { group: SectionGroup; params?: object }): React.ReactNode {
  const { t } = useTranslation();
  const id = useId();
  const [open, setOpen] = useState(() => !closedGroups.has(key));
  const toggle = (): void => {
    closedGroups.set(key, open);
    setOpen(!open);
  };
  return (
    <div role="group" aria-label={t(`menu.group.${key}`)}>
      <UnstyledButton className={classes.group} aria-expanded={open} aria-controls={id} onClick={toggle}>
        {t(`menu.group.${key}`)}
        <ChevronDown size={14} aria-hidden />
      </UnstyledButton>
      {/* Hidden, it stays in the page: the browser's own search opens nothing, but scripts and tests find where links lead. */}
      <div id={id} hidden={!open}>
        {sections.map((section) => (
          <SectionLink key={section.label} section={section} params={params} />
        ))}
      </div>
    </div>
  );
}

function SectionLink({
  section: { to, tab, label, icon: Icon },
  params,
}: {
  section: MenuSection;
  params?: object;
}): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Link to={to as '/'} params={params as never} search={(tab ? { tab } : {}) as never} className={classes.link}>
      <Icon size={19} strokeWidth={1.75} aria-hidden />
      {t(label)}
    </Link>
  );
}
