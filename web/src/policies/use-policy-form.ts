import type { UseFormInput } from '@mantine/form';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { LicensePolicy } from '../../generated/api';
import { answer, api } from '../api/client';
import { queryClient } from '../api/queries';
import { notifyDone } from '../components/notify';
import { useVersionedForm, type VersionedForm } from '../forms/use-versioned-form';
import { policyKey } from './policy-key';
import { policyChangeOf, type PolicyValues, policyValuesOf } from './policy-values';
import { isIncomplete } from './seat-rule';

/** Percent of the lease time. */
export const shareLimits = { min: 10, max: 90 };

export type PolicyFormState = VersionedForm<LicensePolicy, PolicyValues>;

/** The form of an organization's license policy, which several administrators may change at the same time. */
export function usePolicyForm(organizationId: number, policy: LicensePolicy): PolicyFormState {
  const { t } = useTranslation();
  const params = { path: { organizationId } };
  const keep = (newest: LicensePolicy): LicensePolicy => {
    queryClient.setQueryData(policyKey(organizationId), newest);
    return newest;
  };
  return useVersionedForm<LicensePolicy, PolicyValues>({
    read: policy,
    valuesOf: policyValuesOf,
    validate: rulesOf(t),
    readAgain: async () =>
      keep(await answer(api.GET('/api/v1/organizations/{organizationId}/license-policy', { params }))),
    save: async (values, basis) => {
      const saved = keep(
        await answer(
          api.PATCH('/api/v1/organizations/{organizationId}/license-policy', {
            params,
            body: { ...policyChangeOf(values, policyValuesOf(basis)), version: basis.version },
          }),
        ),
      );
      notifyDone(t('app.saved'));
      return saved;
    },
  });
}

function rulesOf(t: TFunction): UseFormInput<PolicyValues>['validate'] {
  const missing = (value: number | string): string | null => (value === '' ? t('policies.missing') : null);
  const shareOfLease = (value: number | string): string | null =>
    missing(value) ??
    // The server counts in parts of one, and would name other limits.
    (Number(value) < shareLimits.min
      ? t('refusal.rule.min', { limit: shareLimits.min })
      : Number(value) > shareLimits.max
        ? t('refusal.rule.max', { limit: shareLimits.max })
        : null);
  return {
    leaseMinutes: missing,
    engineLeaseMinutes: (value) =>
      missing(value) ?? (Number(value) > 0 && Number(value) < 3 ? t('refusal.rule.engine-lease', { limit: 3 }) : null),
    engineWaitSeconds: missing,
    renewalShare: shareOfLease,
    clientRenewalShare: shareOfLease,
    idleMinutes: missing,
    overQuotaPercent: missing,
    borrowMaxDays: missing,
    borrowKeepSeats: missing,
    unassignAfterDays: missing,
    reservations: (rows) => (rows.some(isIncomplete) ? t('policies.reservations.incomplete') : null),
    caps: (rows) => (rows.some(isIncomplete) ? t('policies.caps.incomplete') : null),
  };
}
