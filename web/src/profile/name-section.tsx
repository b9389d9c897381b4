import { Button, Group, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { answer, api } from '../api/client';
import { meQuery, queryClient } from '../api/queries';
import { useMe } from '../app/use-me';
import { Failure } from '../forms/failure';
import { LeaveGuard } from '../forms/leave-guard';
import { NameFields } from '../forms/name-fields';
import { useServerForm } from '../forms/use-server-form';
import { Section } from '../components/layout/section';
import { notifyDone } from '../components/notify';

export function NameSection(): React.ReactNode {
  const { t } = useTranslation();
  const { firstName, lastName } = useMe();
  const { form, submit, pending, failure, unsaved } = useServerForm(
    { initialValues: { firstName, lastName } },
    async (body) => {
      await answer(api.PATCH('/api/v1/users/me', { body }));
      await queryClient.invalidateQueries({ queryKey: meQuery.queryKey });
      form.resetDirty();
      notifyDone(t('app.saved'));
    },
  );
  return (
    <Section title={t('profile.name.title')}>
      <form onSubmit={submit}>
        <LeaveGuard unsaved={unsaved} />
        <Stack>
          <NameFields form={form} />
          <Failure>{failure}</Failure>
          <Group>
            <Button type="submit" loading={pending} disabled={!form.isDirty()}>
              {t('app.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  );
}
