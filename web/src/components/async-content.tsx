import { Button, Skeleton } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import { CircleAlert, RefreshCw } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from './layout/empty-state';
import { describeError } from './describe-error';

interface Props<T> {
  query: UseQueryResult<T>;
  /** Pixels that it takes while it is on its way. */
  height?: number;
  children: (data: T) => ReactNode;
}

/** What hangs on an answer of the server: its place until it comes, and why it does not. */
export function AsyncContent<T>({ query, height = 160, children }: Props<T>): ReactNode {
  const { t } = useTranslation();
  const { data, error } = query;
  if (data !== undefined) return children(data);
  if (!error) return <Skeleton h={height} radius="lg" role="status" aria-label={t('app.loading')} />;
  return (
    <EmptyState icon={CircleAlert} title={t('app.table.failed')} text={describeError(error)}>
      <Button variant="light" leftSection={<RefreshCw size={16} aria-hidden />} onClick={() => void query.refetch()}>
        {t('app.table.retry')}
      </Button>
    </EmptyState>
  );
}
