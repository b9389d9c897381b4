import { Anchor, Group, Stack, Text, ThemeIcon } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Check, Circle } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '../api/client';
import { organizationKey } from '../api/queries';
import { useOrganization } from '../app/use-me';
import { ConnectButton } from '../connect/connect-button';
import { Section } from '../components/layout/section';

/** What is still to do until the first colleague works with a seat; goes away when all of it is done. */
export function NextSteps(): ReactNode {
  const { t } = useTranslation();
  const { id: organizationId, may } = useOrganization();
  const mayInvite = may('invitation.manage');
  const people = usePeople(organizationId, mayInvite);
  const used = useEverUsed(organizationId, may('utilization.view'));
  if (!mayInvite || people === undefined || used === undefined) return null;
  const invited = people > 1;
  if (invited && used) return null;
  return (
    <Section title={t('dashboard.next.title')} text={t('dashboard.next.text')}>
      <Stack gap="md" component="ol" m={0} p={0} style={{ listStyle: 'none' }}>
        <Step done={invited} title={t('dashboard.next.invite')}>
          <Anchor component={Link} to="/organizations/$organizationId/users" params={{ organizationId } as never}>
            {t('dashboard.next.inviteLink')}
          </Anchor>
        </Step>
        <Step done={used} title={t('dashboard.next.connect')}>
          <Stack gap="xs" align="flex-start">
            {t('dashboard.next.connectText')}
            <ConnectButton primary />
          </Stack>
        </Step>
      </Stack>
    </Section>
  );
}

function Step({ done, title, children }: { done: boolean; title: string; children: ReactNode }): ReactNode {
  const { t } = useTranslation();
  const Icon = done ? Check : Circle;
  return (
    <Group component="li" wrap="nowrap" align="flex-start" gap="sm">
      <ThemeIcon radius="xl" size={24} variant={done ? 'filled' : 'default'} mt={1}>
        <Icon size={14} aria-label={done ? t('dashboard.next.done') : t('dashboard.next.open')} />
      </ThemeIcon>
      <Stack gap={2} miw={0}>
        <Text fw={600} td={done ? 'line-through' : undefined} c={done ? 'dimmed' : undefined}>
          {title}
        </Text>
        {!done && (
          <Text size="sm" c="dimmed" component="div">
            {children}
          </Text>
        )}
      </Stack>
    </Group>
  );
}

/** How many members and invitations there are. */
function usePeople(organizationId: number, enabled: boolean): number | undefined {
  const path = { organizationId };
  const { data } = useQuery({
    queryKey: organizationKey(organizationId, ['members', 'invitations'], 'people'),
    queryFn: async () => {
      const query = { size: 1 };
      const [members, invitations] = await Promise.all([
        answer(api.GET('/api/v1/organizations/{organizationId}/members', { params: { path, query } })),
        answer(api.GET('/api/v1/organizations/{organizationId}/invitations', { params: { path, query } })),
      ]);
      return members.totalElements + invitations.totalElements;
    },
    enabled,
  });
  return data;
}

/** Whether anyone has taken a seat, now or in the last month. */
function useEverUsed(organizationId: number, enabled: boolean): boolean | undefined {
  const path = { organizationId };
  const { data } = useQuery({
    queryKey: organizationKey(organizationId, 'online-licenses', 'ever'),
    queryFn: async () => {
      // Counting the seats in use is fast; counting the sessions of a month is not.
      const online = await answer(
        api.GET('/api/v1/organizations/{organizationId}/online-licenses', { params: { path, query: { size: 1 } } }),
      );
      if (online.totalElements > 0) return true;
      const from = new Date(Date.now() - 30 * 86_400_000).toISOString();
      const { totals } = await answer(
        api.GET('/api/v1/organizations/{organizationId}/utilization', {
          params: { path, query: { from, interval: 'day', size: 1 } },
        }),
      );
      return totals.sessions > 0;
    },
    // Once it is so, it stays so.
    enabled: ({ state }) => enabled && state.data !== true,
  });
  return data;
}
