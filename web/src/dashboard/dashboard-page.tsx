import { SimpleGrid, Skeleton, Stack, Title } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { useOrganization } from '../app/use-me';
import { ConnectButton } from '../connect/connect-button';
import { Holders } from '../seats/holders';
import { SubscriptionCards } from '../seats/subscription-cards';
import { PageHeader } from '../components/layout/page-header';
import { Section } from '../components/layout/section';
import { LatestDenials } from './latest-denials';
import { NextSteps } from './next-steps';
import { PendingInvitations } from './pending-invitations';

// The charts are the heaviest part of the console; the numbers do not wait for them.
const UsageCurve = lazy(() => import('./usage-curve').then(({ UsageCurve }) => ({ default: UsageCurve })));

/** Who is holding my seats? And whatever else wants to be seen. */
export function DashboardPage(): React.ReactNode {
  const { t } = useTranslation();
  const { id, may } = useOrganization();
  return (
    <>
      <PageHeader title={t('dashboard.title')}>
        <ConnectButton />
      </PageHeader>
      <Stack gap="lg">
        <NextSteps />
        <SubscriptionCards organizationId={id} />
        <Stack component="section" gap="sm">
          <Title order={2}>{t('dashboard.holders.title')}</Title>
          <Holders />
        </Stack>
        {may('utilization.view') && (
          <Section title={t('dashboard.curve.title')}>
            <Suspense fallback={<Skeleton h={220} />}>
              <UsageCurve organizationId={id} />
            </Suspense>
          </Section>
        )}
        <SimpleGrid cols={{ base: 1, lg: 2 }}>
          {may('denial.view') && (
            <Section title={t('dashboard.denials.title')}>
              <LatestDenials organizationId={id} />
            </Section>
          )}
          {may('invitation.manage') && (
            <Section title={t('dashboard.invitations.title')}>
              <PendingInvitations organizationId={id} />
            </Section>
          )}
        </SimpleGrid>
      </Stack>
    </>
  );
}
