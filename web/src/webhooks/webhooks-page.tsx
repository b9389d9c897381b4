import { useTranslation } from 'react-i18next';
import { RequirePermission } from '../app/require-permission';
import { useOrganization } from '../app/use-me';
import { Webhooks } from './webhooks';

/** The webhooks of the organization. */
export function WebhooksPage(): React.ReactNode {
  const { t } = useTranslation();
  const { id } = useOrganization();
  return (
    <RequirePermission needs="webhook.manage">
      <Webhooks key={id} owner={id} title={t('webhooks.title')} text={t('webhooks.text')} />
    </RequirePermission>
  );
}
