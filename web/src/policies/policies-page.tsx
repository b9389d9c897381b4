import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { answer, api } from '../api/client';
import { RequirePermission } from '../app/require-permission';
import { useOrganization } from '../app/use-me';
import { AsyncContent } from '../components/async-content';
import { PageHeader } from '../components/layout/page-header';
import { PolicyForm } from './policy-form';
import { policyKey } from './policy-key';

/** What the organization has decided about its seats (manual, "Policies"). */
export function PoliciesPage(): React.ReactNode {
  const { t } = useTranslation();
  const { id: organizationId, may } = useOrganization();
  const query = useQuery({
    queryKey: policyKey(organizationId),
    queryFn: () =>
      answer(
        api.GET('/api/v1/organizations/{organizationId}/license-policy', { params: { path: { organizationId } } }),
      ),
  });
  return (
    <RequirePermission needs="license-policy.view">
      <PageHeader
        title={t('policies.title')}
        text={may('license-policy.manage') ? t('policies.text') : t('policies.readOnly')}
      />
      <AsyncContent query={query} height={480}>
        {(policy) => (
          <PolicyForm
            key={organizationId}
            organizationId={organizationId}
            policy={policy}
            readOnly={!may('license-policy.manage')}
          />
        )}
      </AsyncContent>
    </RequirePermission>
  );
}
