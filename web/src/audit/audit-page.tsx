import { useTranslation } from 'react-i18next';
import { Only } from '../app/only';
import { useOrganization } from '../app/use-me';
import { PageHeader } from '../show/page-header';
import { AuditLog } from './audit-log';

/** Who did what in the organization. */
export function AuditPage(): React.ReactNode {
  const { t } = useTranslation();
  const { id } = useOrganization();
  return (
    <Only needs="audit.view">
      <PageHeader title={t('audit.title')} text={t('audit.text')} />
      <AuditLog key={id} organizationId={id} />
    </Only>
  );
}
