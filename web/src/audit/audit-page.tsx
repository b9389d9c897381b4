import { useTranslation } from 'react-i18next';
import { RequirePermission } from '../app/require-permission';
import { useOrganization } from '../app/use-me';
import { PageHeader } from '../components/layout/page-header';
import { AuditLog } from './audit-log';
import { SavedViews } from '../views/saved-views';

/** Who did what in the organization. */
export function AuditPage(): React.ReactNode {
  const { t } = useTranslation();
  const { id } = useOrganization();
  return (
    <RequirePermission needs="audit.view">
      <PageHeader title={t('audit.title')} text={t('audit.text')}>
        <SavedViews />
      </PageHeader>
      <AuditLog key={id} organizationId={id} />
    </RequirePermission>
  );
}
