import { useTranslation } from 'react-i18next';
import { Webhooks } from '../webhooks/webhooks';

/** The webhooks of the whole server. */
export function ServerWebhooksPage(): React.ReactNode {
  const { t } = useTranslation();
  return <Webhooks owner="server" title={t('webhooks.serverTitle')} text={t('webhooks.serverText')} />;
}
