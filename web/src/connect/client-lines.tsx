import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { infoQuery } from '../api/queries';
import { subscriptionsQuery } from '../seats/subscriptions-query';
import { CopyLine } from '../components/copy-line';

interface Props {
  organizationId: number;
  /** Absent: a word in its place. */
  apiKey?: string;
}

/** What a pipeline and any other program are told, so that they take a seat here. */
export function ClientLines({ organizationId, apiKey }: Props): ReactNode {
  const { t } = useTranslation();
  const { data: info } = useQuery(infoQuery);
  const { data: subscriptions = [] } = useQuery(subscriptionsQuery(organizationId));
  if (!info) return null;
  const { serverUrl } = info;
  const key = apiKey ?? t('connect.keyPlaceholder');
  const free = subscriptions.find(({ model, available }) => model !== 'per-user' && available > 0);
  const product = free?.product ?? 'KRE';
  const lease = { organizationId, product, machineId: 'trial-1', hostname: 'trial-1', sessionId: 'trial-1' };
  return (
    <Stack gap="sm">
      <CopyLine label={t('connect.arguments')} value={`-apiKey="${key}" -serverUrl="${serverUrl}"`} />
      <CopyLine
        label={t('connect.command', { product: t(`app.productName.${product}`) })}
        value={[
          `curl -X POST ${serverUrl}/api/v1/leases`,
          `-H "Authorization: Bearer ${key}"`,
          '-H "Content-Type: application/json"',
          `-d '${JSON.stringify(lease)}'`,
        ].join(' ')}
      />
    </Stack>
  );
}
