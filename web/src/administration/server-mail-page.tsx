import { useTranslation } from 'react-i18next';
import { MailSettings } from '../mail/mail-settings';
import { PageHeader } from '../components/layout/page-header';

/** The mail server of all organizations that bring none, and of mails about accounts. */
export function ServerMailPage(): React.ReactNode {
  const { t } = useTranslation();
  return (
    <>
      <PageHeader title={t('mail.defaultTitle')} text={t('mail.defaultText')} />
      <MailSettings owner="server" />
    </>
  );
}
