import { Button, Code } from '@mantine/core';
import type { ErrorComponentProps } from '@tanstack/react-router';
import { CircleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Problem } from '../api/problem';
import { EmptyState } from '../components/layout/empty-state';
import { describeError } from '../components/describe-error';
import { NotFoundPage } from './not-found-page';
import { Forbidden } from './require-permission';

/** What stands in the place of a page that has failed; the frame around it goes on. */
export function ErrorPage({ error }: ErrorComponentProps): React.ReactNode {
  const { t } = useTranslation();
  if (error instanceof Problem && error.status === 404) return <NotFoundPage />;
  if (error instanceof Problem && error.status === 403) return <Forbidden />;
  return (
    <EmptyState icon={CircleAlert} title={t('app.error.title')} text={t('app.error.text')} page>
      <Code block>{describeError(error)}</Code>
      <Button onClick={() => location.reload()}>{t('app.error.reload')}</Button>
    </EmptyState>
  );
}
