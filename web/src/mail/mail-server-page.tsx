import { useTranslation } from 'react-i18next';
import { RequirePermission } from '../app/require-permission';
import { useOrganization } from '../app/use-me';
import { PageHeader } from '../components/layout/page-header';
import { MailSettings } from './mail-settings';

/** With which server the organization sends its mails, and what has become of them (manual, "Mail server"). */
export function MailServerPage(): React.ReactNode {
  const { t } = useTranslation();
  const { id } = useOrganization();
  return (
    <RequirePermission needs="mail.manage">
      <PageHeader title={t('mail.title')} text={t('mail.text')} />
      <MailSettings key={id} owner={id} />
    </RequirePermission>
  );
}
