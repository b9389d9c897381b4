import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Lock } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Permission } from '../api/permissions';
import { EmptyState } from '../components/layout/empty-state';
import { useTitle } from './use-title';
import { useMe, useOrganization } from './use-me';

/** A page of an organization for those whose role includes it; others are told so. */
export function RequirePermission({ needs, children }: { needs: Permission; children: ReactNode }): ReactNode {
  const { may } = useOrganization();
  return may(needs) ? children : <Forbidden />;
}

/** A page for the server's administrator. */
export function RootOnly({ children }: { children: ReactNode }): ReactNode {
  return useMe().root ? children : <Forbidden server />;
}

/** Stands in the place of a page that the reader's role does not include. */
export function Forbidden({ server = false }: { server?: boolean }): ReactNode {
  const { t } = useTranslation();
  useTitle(t('app.forbidden.title'));
  const text = t(server ? 'app.forbidden.serverText' : 'app.forbidden.text');
  return (
    <EmptyState icon={Lock} title={t('app.forbidden.title')} text={text} page>
      <Button component={Link} to="/" variant="light">
        {t('app.notFound.home')}
      </Button>
    </EmptyState>
  );
}
