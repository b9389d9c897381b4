import { useTranslation } from 'react-i18next';
import { AuditLog } from '../audit/audit-log';
import { Integrity } from '../audit/integrity';
import { PageHeader } from '../components/layout/page-header';
import { SavedViews } from '../views/saved-views';

/** Who did what on the whole server. */
export function ServerAuditPage(): React.ReactNode {
  const { t } = useTranslation();
  return (
    <>
      <PageHeader title={t('audit.serverTitle')} text={t('audit.serverText')}>
        <SavedViews />
      </PageHeader>
      <Integrity />
      <AuditLog />
    </>
  );
}
