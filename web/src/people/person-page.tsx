import { Badge, Group, Text } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { MemberView } from '../../generated/api';
import { answer, api } from '../api/client';
import { organizationKey } from '../api/queries';
import { RequirePermission } from '../app/require-permission';
import { useMe, useOrganization } from '../app/use-me';
import { AuditEvents } from '../audit/audit-events';
import { BackLink } from '../components/layout/back-link';
import { PageHeader } from '../components/layout/page-header';
import { nameOf } from '../components/person';
import { Time } from '../components/time/time';
import { UnverifiedBadge } from '../components/unverified-badge';
import { Machines } from '../licenses/machines';
import { Holders } from '../seats/holders';
import { lastDays, sinceDay } from '../utilization/utilization-filter';
import { UtilizationSessions } from '../utilization/sessions';
import { KeysOf } from './keys-of';
import { Refusals } from './refusals';
import { SubjectTabs } from './subject-tabs-view';

const route = getRouteApi('/shell/organizations/$organizationId/users/$userId');

/** One person of the organization: what they have, use and were refused, and what they did. */
export function PersonPage(): React.ReactNode {
  return (
    <RequirePermission needs="member.view">
      <PersonContent />
    </RequirePermission>
  );
}

function PersonContent(): React.ReactNode {
  const { t } = useTranslation();
  const { root } = useMe();
  const { id: organizationId, may } = useOrganization();
  const { userId } = route.useParams();
  const { tab = 'now' } = route.useSearch();
  const member = useMember(organizationId, userId);
  const of = { userId };
  const year = sinceDay(lastDays(366));
  return (
    <>
      <BackLink to="/organizations/$organizationId/users" params={{ organizationId }}>
        {t('people.all')}
      </BackLink>
      <PageHeader title={nameOf(member)} text={<Facts member={member} />} />
      <SubjectTabs
        tab={tab}
        tabs={[
          { key: 'now', content: <Holders of={of} /> },
          ...(may('utilization.view')
            ? [
                {
                  key: 'sessions' as const,
                  content: <UtilizationSessions organizationId={organizationId} query={{ ...year, userId }} />,
                },
              ]
            : []),
          ...(may('machine.view') ? [{ key: 'machines' as const, content: <Machines of={of} /> }] : []),
          ...(may('denial.view') ? [{ key: 'refusals' as const, content: <Refusals of={of} /> }] : []),
          ...(root ? [{ key: 'keys' as const, content: <KeysOf userId={userId} /> }] : []),
          ...(may('audit.view')
            ? [
                {
                  key: 'history' as const,
                  content: <AuditEvents organizationId={organizationId} wanted={{ search: member.email }} />,
                },
              ]
            : []),
        ]}
      />
    </>
  );
}

function useMember(organizationId: number, userId: number): MemberView {
  const path = { organizationId, userId };
  const { data } = useSuspenseQuery({
    queryKey: organizationKey(organizationId, ['members', 'licensed-users', 'licenses'], 'member', userId),
    queryFn: () => answer(api.GET('/api/v1/organizations/{organizationId}/members/{userId}', { params: { path } })),
  });
  return data;
}

/** Who it is, and which seats they can use. */
function Facts({ member }: { member: MemberView }): React.ReactNode {
  const { t } = useTranslation();
  const { email, role, disabled, secondFactor, verified, licenses, joinedAt, lastAccessAt } = member;
  return (
    <>
      <Group gap={6} my={6}>
        <Text className="break">{email}</Text>
        <Badge color={role === 'OWNER' || role === 'ADMIN' ? 'pine' : 'gray'}>{t(`app.role.${role}`)}</Badge>
        {disabled && <Badge color="red">{t('users.disabled')}</Badge>}
        {secondFactor && <Badge>{t('secondFactor.badge')}</Badge>}
        {!verified && <UnverifiedBadge />}
      </Group>
      <Text size="sm">
        {t('users.columns.joined')} <Time value={joinedAt} as="date" /> · {t('users.columns.lastAccess')}{' '}
        <Time value={lastAccessAt} />
      </Text>
      <Text size="sm">
        {t('users.columns.licenses')}:{' '}
        {licenses
          .map(({ product, model }) => `${t(`app.productName.${product}`)} (${t(`app.model.${model}`)})`)
          .join(', ') || t('users.noLicenses')}
      </Text>
    </>
  );
}
