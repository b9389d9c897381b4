import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { FileQuestion } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../components/layout/empty-state';
import { useTitle } from './use-title';

export function NotFoundPage(): React.ReactNode {
  const { t } = useTranslation();
  useTitle(t('app.notFound.title'));
  return (
    <EmptyState icon={FileQuestion} title={t('app.notFound.title')} text={t('app.notFound.text')} page>
      <Button component={Link} to="/" variant="light">
        {t('app.notFound.home')}
      </Button>
    </EmptyState>
  );
}
