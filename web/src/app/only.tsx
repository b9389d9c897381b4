import { Lock } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Permission } from '../api/roles';
import { EmptyState } from '../show/empty-state';
import { useMe, useOrganization } from './use-me';

/** A page of an organization for those whose role includes it; others are told so. */
export function Only({ needs, children }: { needs: Permission; children: ReactNode }): ReactNode {
  const { may } = useOrganization();
  return may(needs) ? children : <Forbidden />;
}

/** A page for the server's administrator. */
export function RootOnly({ children }: { children: ReactNode }): ReactNode {
  return useMe().root ? children : <Forbidden server />;
}

function Forbidden({ server = false }: { server?: boolean }): ReactNode {
  const { t } = useTranslation();
  const text = t(server ? 'app.forbidden.serverText' : 'app.forbidden.text');
  return <EmptyState icon={Lock} title={t('app.forbidden.title')} text={text} page />;
}
