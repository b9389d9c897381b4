import { Badge, Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Monitor } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SessionView } from '../../generated/api';
import { answer, api } from '../api/client';
import { queryClient } from '../api/queries';
import { session } from '../api/session';
import { Confirm } from '../components/confirm';
import { Section } from '../components/layout/section';
import { Time } from '../components/time/time';

const queryKey = ['sessions'];

/** The browser and its system, or what the browser says of itself. */
function describeBrowser({ browser, system, userAgent }: SessionView): string {
  return [browser, system].filter(Boolean).join(' · ') || (userAgent ?? '').slice(0, 60);
}

/** Where one is signed in, with the way to end it there. */
export function OwnSessions(): React.ReactNode {
  const { t } = useTranslation();
  const { data } = useQuery({ queryKey, queryFn: () => answer(api.GET('/api/v1/users/me/sessions')) });
  const [ending, setEnding] = useState<SessionView | 'all'>();
  return (
    <Section
      title={t('profile.sessions.title')}
      text={t('profile.sessions.text')}
      actions={
        <Button variant="default" onClick={() => setEnding('all')}>
          {t('profile.sessions.endAll')}
        </Button>
      }
    >
      {data ? (
        <Stack gap="sm" component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
          {data.map((each) => (
            <SessionRow key={each.id} session={each} onEnd={() => setEnding(each)} />
          ))}
        </Stack>
      ) : (
        <Skeleton h={60} />
      )}
      {ending === 'all' && <EndAll onClose={() => setEnding(undefined)} />}
      {ending && ending !== 'all' && <End session={ending} onClose={() => setEnding(undefined)} />}
    </Section>
  );
}

interface SessionRowProps {
  session: SessionView;
  onEnd: () => void;
}

function SessionRow({ session: shown, onEnd }: SessionRowProps): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Group component="li" justify="space-between" wrap="nowrap" gap="sm">
      <Group gap="sm" wrap="nowrap" miw={0} align="flex-start">
        <Monitor size={20} strokeWidth={1.75} aria-hidden style={{ flex: 'none', marginTop: 2 }} />
        <Stack gap={0} miw={0}>
          <Group gap={6}>
            <Text fw={500}>{describeBrowser(shown) || t('profile.sessions.unknown')}</Text>
            {shown.current && <Badge>{t('profile.sessions.current')}</Badge>}
          </Group>
          <Text size="sm" c="dimmed">
            {shown.address} · {t('profile.sessions.lastUsed')} <Time value={shown.lastUsedAt ?? shown.createdAt} />
          </Text>
        </Stack>
      </Group>
      {!shown.current && (
        <Button size="compact-sm" flex="none" variant="subtle" color="red" onClick={onEnd}>
          {t('profile.sessions.end')}
        </Button>
      )}
    </Group>
  );
}

interface EndAllProps {
  onClose: () => void;
}

function EndAll({ onClose }: EndAllProps): React.ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <Confirm
      title={t('profile.sessions.endAllTitle')}
      text={t('profile.sessions.endAllText')}
      action={t('profile.sessions.endAll')}
      danger
      run={async () => {
        session.left();
        await answer(api.DELETE('/api/v1/users/me/sessions'));
        queryClient.clear();
        await navigate({ to: '/sign-in' });
      }}
      onClose={onClose}
    />
  );
}

interface EndProps {
  session: SessionView;
  onClose: () => void;
}

function End({ session: shown, onClose }: EndProps): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Confirm
      title={t('profile.sessions.endTitle')}
      text={t('profile.sessions.endText', {
        browser: describeBrowser(shown) || t('profile.sessions.unknown'),
      })}
      action={t('profile.sessions.end')}
      danger
      run={async () => {
        await answer(api.DELETE('/api/v1/users/me/sessions/{id}', { params: { path: { id: shown.id } } }));
        await queryClient.invalidateQueries({ queryKey });
      }}
      onClose={onClose}
    />
  );
}
