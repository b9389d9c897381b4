import { useTranslation } from 'react-i18next';
import { Only } from '../app/only';
import { useOrganization } from '../app/use-me';
import { PageHeader } from '../show/page-header';
import { MailSettings } from './mail-settings';

/** With which server the organization sends its mails, and what has become of them (manual, "Mail server"). */
export function MailServerPage(): React.ReactNode {
  const { t } = useTranslation();
  const { id } = useOrganization();
  return (
    <Only needs="mail.manage">
      <PageHeader title={t('mail.title')} text={t('mail.text')} />
      <MailSettings key={id} owner={id} />
    </Only>
  );
}
