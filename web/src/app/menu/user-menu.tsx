import { ActionIcon, Avatar, Menu, Text, useMantineColorScheme, VisuallyHidden } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { CodeXml, LogOut, User } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { SignedOut } from '../../../generated/api';
import { answer, api, serverRoot } from '../../api/client';
import { queryClient } from '../../api/queries';
import { session } from '../../api/session';
import { chooseLanguage, type Language, languages } from '../../language';
import { notifyFailure } from '../../components/notify';
import { nameOf } from '../../components/person';
import { useMe } from '../use-me';

const schemes = ['light', 'dark', 'auto'] as const;

/** Who is signed in, how the console looks and speaks, and the way out. */
export function UserMenu(): React.ReactNode {
  const { t } = useTranslation();
  const me = useMe();
  const signOut = useSignOut();
  return (
    <Menu position="bottom-end" width={250}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={40} radius="xl">
          <Avatar name={nameOf(me)} color="pine" size={34} variant="light" alt="" aria-hidden />
          <VisuallyHidden>{t('app.userMenu.label', { name: me.email })}</VisuallyHidden>
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text size="sm" fw={600} c="var(--mantine-color-text)" className="break">
            {nameOf(me)}
          </Text>
          <Text size="xs" className="break">
            {me.email}
          </Text>
          {me.root && <Text size="xs">{t('app.role.root')}</Text>}
        </Menu.Label>
        <Menu.Divider />
        <Menu.Item component={Link} to="/profile" leftSection={<User size={16} aria-hidden />}>
          {t('menu.profile')}
        </Menu.Item>
        <Menu.Item component="a" href={`${serverRoot}/reference`} leftSection={<CodeXml size={16} aria-hidden />}>
          {t('menu.api')}
        </Menu.Item>
        <Menu.Divider />
        <ThemeChoice />
        <Menu.Divider />
        <LanguageChoice />
        <Menu.Divider />
        <Menu.Item leftSection={<LogOut size={16} aria-hidden />} onClick={() => void signOut()}>
          {t('app.userMenu.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function ThemeChoice(): React.ReactNode {
  const { t } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <>
      <Menu.Label>{t('app.userMenu.theme')}</Menu.Label>
      <Menu.RadioGroup value={colorScheme} onChange={(scheme) => setColorScheme(scheme as (typeof schemes)[number])}>
        {schemes.map((scheme) => (
          <Menu.RadioItem key={scheme} value={scheme}>
            {t(`app.userMenu.${scheme}`)}
          </Menu.RadioItem>
        ))}
      </Menu.RadioGroup>
    </>
  );
}

function LanguageChoice(): React.ReactNode {
  const { t, i18n } = useTranslation();
  return (
    <>
      <Menu.Label>{t('app.userMenu.language')}</Menu.Label>
      <Menu.RadioGroup value={i18n.language} onChange={(language) => void chooseLanguage(language as Language)}>
        {Object.entries(languages).map(([key, name]) => (
          <Menu.RadioItem key={key} value={key} lang={key} closeMenuOnClick>
            {name}
          </Menu.RadioItem>
        ))}
      </Menu.RadioGroup>
    </>
  );
}

function useSignOut(): () => Promise<void> {
  const navigate = useNavigate();
  return async () => {
    try {
      session.left();
      const ended = (await answer(api.POST('/api/v1/auth/sign-out'))) as SignedOut | undefined;
      queryClient.clear();
      // The identity provider signs out too, and sends the browser back.
      if (ended?.url) location.assign(ended.url);
      else await navigate({ to: '/sign-in' });
    } catch (error) {
      notifyFailure(error);
    }
  };
}
