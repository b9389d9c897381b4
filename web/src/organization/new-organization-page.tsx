import { Button, Card, Stack, Text, TextInput, Title } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { Building2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '../api/client';
import { queryClient } from '../api/queries';
import { useMe } from '../app/use-me';
import { useTitle } from '../app/use-title';
import { Failure } from '../forms/failure';
import { LeaveGuard } from '../forms/leave-guard';
import { useServerForm } from '../forms/use-server-form';
import { EmptyState } from '../components/layout/empty-state';

export function NewOrganizationPage(): React.ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const me = useMe();
  useTitle(t('organization.new.title'));
  const { form, submit, pending, failure, unsaved } = useServerForm({ initialValues: { name: '' } }, async (values) => {
    const { id } = await answer(api.POST('/api/v1/organizations', { body: values }));
    await queryClient.invalidateQueries({ queryKey: ['me'] });
    await navigate({ to: '/organizations/$organizationId/dashboard', params: { organizationId: id } });
  });
  if (!me.mayCreateOrganizations) {
    return (
      <EmptyState
        icon={Building2}
        title={t(me.organizations.length === 0 ? 'organization.new.none' : 'organization.new.closed')}
        text={t(me.verified ? 'organization.new.closedText' : 'organization.new.unverifiedText')}
        page
      />
    );
  }
  return (
    <Stack maw={520}>
      <Title order={1}>{t('organization.new.title')}</Title>
      <Text c="dimmed">{t('organization.new.text')}</Text>
      <Card>
        <form onSubmit={submit}>
          <LeaveGuard unsaved={unsaved} />
          <Stack>
            <TextInput
              label={t('organization.name')}
              placeholder={t('organization.new.example')}
              required
              withAsterisk={false}
              autoFocus
              maxLength={100}
              {...form.getInputProps('name')}
            />
            <Failure>{failure}</Failure>
            <Button type="submit" loading={pending} style={{ alignSelf: 'flex-start' }}>
              {t('organization.new.submit')}
            </Button>
          </Stack>
        </form>
      </Card>
    </Stack>
  );
}
