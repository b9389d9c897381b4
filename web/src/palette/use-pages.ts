import { useNavigate } from '@tanstack/react-router';
import {
  Bookmark,
  Building,
  KeyRound,
  Languages,
  type LucideIcon,
  LockKeyhole,
  Mail,
  Moon,
  Plus,
  Sun,
  User,
  UserPlus,
} from 'lucide-react';
import { useMantineColorScheme } from '@mantine/core';
import type { ParseKeys } from 'i18next';
import { useTranslation } from 'react-i18next';
import { mayDo } from '../api/permissions';
import { organizationGroups, type SectionGroup, serverGroup } from '../app/menu/navigation';
import { useMe } from '../app/use-me';
import { chooseLanguage, type Language, languages } from '../language';
import { useOpenView, useSavedViews } from '../views/use-saved-views';
import type { Entry, EntryGroup } from './entries';

/** What stands on a page, under another name than the page. */
const profileSettings: readonly { label: ParseKeys; icon: LucideIcon }[] = [
  { label: 'profile.password.open', icon: LockKeyhole },
  { label: 'secondFactor.title', icon: KeyRound },
  { label: 'profile.keys.title', icon: KeyRound },
  { label: 'profile.clientPasswords.title', icon: KeyRound },
  { label: 'profile.sessions.title', icon: User },
  { label: 'profile.mail.title', icon: Mail },
];

/** Pages of the menu, and settings of one's own. */
export function usePages(organizationId: number | undefined): EntryGroup {
  const { t } = useTranslation();
  const me = useMe();
  const navigate = useNavigate();
  const organization = me.organizations.find(({ id }) => id === organizationId);
  const groups: SectionGroup[] = [
    ...(organizationId === undefined ? [] : organizationGroups),
    ...(me.root ? [serverGroup] : []),
  ];
  const sections = groups.flatMap(({ key, sections }) =>
    sections
      .filter(({ needs }) => !needs || mayDo(me, organization, needs))
      .map(({ to, tab, label, icon }) => ({
        id: `page ${label}`,
        label: t(label),
        description: t(`menu.group.${key}`),
        icon,
        run: () => void navigate({ to, params: { organizationId }, search: tab ? { tab } : {} } as never),
      })),
  );
  const own = [{ label: 'menu.profile' as const, icon: User }, ...profileSettings].map(({ label, icon }) => ({
    ...{ id: `profile ${label}`, label: t(label), description: t('menu.profile'), icon },
    run: () => void navigate({ to: '/profile' }),
  }));
  return { title: t('palette.pages'), entries: [...sections, ...own] };
}

/** Lists as the reader has saved them. */
export function useViews(): EntryGroup {
  const { t } = useTranslation();
  const open = useOpenView();
  const entries = useSavedViews().map((view) => ({
    ...{ id: `view ${view.id}`, label: view.name, icon: Bookmark },
    run: () => open(view),
  }));
  return { title: t('palette.views'), entries };
}

/** What can be done from everywhere. */
export function useActions(organizationId: number | undefined): EntryGroup {
  const { t } = useTranslation();
  const me = useMe();
  const navigate = useNavigate();
  const { setColorScheme } = useMantineColorScheme();
  const organization = me.organizations.find(({ id }) => id === organizationId);
  const invites = organizationId !== undefined && mayDo(me, organization, 'invitation.manage');
  const entries: Entry[] = [
    ...(invites
      ? [
          {
            ...{ id: 'invite', label: t('users.invite.open'), icon: UserPlus },
            run: () =>
              void navigate({
                ...{ to: '/organizations/$organizationId/users', params: { organizationId } },
                search: { invite: true },
              } as never),
          },
        ]
      : []),
    ...(me.mayCreateOrganizations
      ? [
          {
            ...{ id: 'new', label: t('app.switcher.create'), icon: me.root ? Building : Plus },
            run: () => void navigate({ to: '/organizations/new' }),
          },
        ]
      : []),
    { id: 'light', label: t('palette.light'), icon: Sun, run: () => setColorScheme('light') },
    { id: 'dark', label: t('palette.dark'), icon: Moon, run: () => setColorScheme('dark') },
    ...Object.entries(languages).map(([key, name]) => ({
      ...{ id: `language ${key}`, label: name, description: t('app.userMenu.language'), icon: Languages },
      run: () => void chooseLanguage(key as Language),
    })),
  ];
  return { title: t('palette.actions'), entries };
}
