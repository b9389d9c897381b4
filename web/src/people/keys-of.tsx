import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { KeyRound } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '../api/client';
import { EmptyState } from '../components/layout/empty-state';
import { Time } from '../components/time/time';
import { PlainTable } from '../table/plain-table';

/** The API keys of a person, for the server's administrator. */
export function KeysOf({ userId }: { userId: number }): React.ReactNode {
  const { t } = useTranslation();
  const { data } = useQuery({
    queryKey: ['account-keys', userId],
    queryFn: () => answer(api.GET('/api/v1/users/{userId}/api-keys', { params: { path: { userId } } })),
  });
  if (!data) return <Skeleton h={120} />;
  if (data.length === 0) return <EmptyState icon={KeyRound} title={t('people.noKeys')} />;
  return (
    <PlainTable
      label={t('people.tab.keys')}
      rows={data}
      rowKey={({ id }) => id}
      columns={[
        { key: 'name', title: t('people.keyName'), render: ({ name }) => <span className="break">{name}</span> },
        {
          key: 'created',
          title: t('people.keyCreated'),
          render: ({ createdAt }) => <Time value={createdAt} as="date" />,
        },
        { key: 'used', title: t('people.keyUsed'), render: ({ lastUsedAt }) => <Time value={lastUsedAt} /> },
        {
          key: 'expires',
          title: t('people.keyExpires'),
          render: ({ expiresAt }) => <Time value={expiresAt} as="date" />,
        },
      ]}
    />
  );
}
