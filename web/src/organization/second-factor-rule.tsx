import { Switch } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { OrganizationDetails } from '../../generated/api';
import { answer, api } from '../api/client';
import { queryClient, refreshOrganization } from '../api/queries';
import { failureOf } from '../components/describe-error';
import { notifyDone } from '../components/notify';
import { Section } from '../components/layout/section';
import { Failure } from '../forms/failure';

/** Whether every member has to sign in with two steps; takes effect when it is switched. */
export function SecondFactorRule({ organization }: { organization: OrganizationDetails }): React.ReactNode {
  const { t } = useTranslation();
  const { id, requireSecondFactor } = organization;
  const change = useMutation({
    mutationFn: (required: boolean) =>
      answer(
        api.PATCH('/api/v1/organizations/{organizationId}', {
          params: { path: { organizationId: id } },
          body: { requireSecondFactor: required },
        }),
      ),
    onSuccess: async () => {
      await Promise.all([
        refreshOrganization(id, ['organization']),
        queryClient.invalidateQueries({ queryKey: ['me'] }),
      ]);
      notifyDone(t('app.saved'));
    },
  });
  return (
    <Section title={t('secondFactor.organization.title')} text={t('secondFactor.organization.text')}>
      <Switch
        label={t('secondFactor.organization.label')}
        checked={change.isPending ? change.variables : requireSecondFactor}
        onChange={({ currentTarget }) => change.mutate(currentTarget.checked)}
      />
      <Failure>{failureOf(change.error)}</Failure>
    </Section>
  );
}
