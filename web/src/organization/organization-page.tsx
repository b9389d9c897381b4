import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OrganizationDetails } from '../../generated/api';
import { answer, api } from '../api/client';
import { queryClient, refreshOrganization } from '../api/queries';
import { lastOrganization } from '../app/last-organization';
import { useMe, useOrganization } from '../app/use-me';
import { Failure } from '../forms/failure';
import { LeaveGuard } from '../forms/leave-guard';
import { Stale } from '../forms/stale';
import { useVersionedForm } from '../forms/use-versioned-form';
import { Confirm } from '../components/confirm';
import { CopyButton } from '../components/copy-button';
import { PageHeader } from '../components/page-header';
import { Section } from '../components/section';
import { notifyDone } from '../components/notify';
import { DeleteDialog } from './delete-dialog';
import { TransferDialog } from './transfer-dialog';

/** The organization itself: its name and number, and what only its owner may do. */
export function OrganizationPage(): React.ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const me = useMe();
  const organization = useOrganization();
  const { id, name, role, may } = organization;
  const [open, setOpen] = useState<'transfer' | 'delete' | 'leave'>();
  const close = (): void => setOpen(undefined);
  const path = { organizationId: id };
  const { form, submit, pending, failure, unsaved, conflict } = useVersionedForm<OrganizationDetails, { name: string }>(
    {
      read: organization,
      valuesOf: (read) => ({ name: read.name }),
      readAgain: () => answer(api.GET('/api/v1/organizations/{organizationId}', { params: { path } })),
      save: async (body, { version }) => {
        const saved = await answer(
          api.PATCH('/api/v1/organizations/{organizationId}', { params: { path }, body: { ...body, version } }),
        );
        await Promise.all([
          refreshOrganization(id, ['organization']),
          queryClient.invalidateQueries({ queryKey: ['me'] }),
        ]);
        notifyDone(t('app.saved'));
        return saved;
      },
    },
  );
  const gone = async (): Promise<void> => {
    lastOrganization.forget();
    queryClient.removeQueries({ queryKey: ['organization', id] });
    await queryClient.refetchQueries({ queryKey: ['me'] });
    await navigate({ to: '/' });
  };
  return (
    <>
      <PageHeader title={t('organization.title')} />
      <Stack gap="lg" maw={720}>
        <Section title={t('organization.about')}>
          <form onSubmit={submit}>
            <LeaveGuard unsaved={unsaved} />
            <Stack gap="sm">
              <Group align="flex-end" gap="sm">
                <TextInput
                  flex={1}
                  miw={200}
                  label={t('organization.name')}
                  maxLength={100}
                  required
                  withAsterisk={false}
                  readOnly={!may('organization.rename')}
                  {...form.getInputProps('name')}
                />
                {may('organization.rename') && (
                  <Button type="submit" loading={pending} disabled={!form.isDirty()}>
                    {t('organization.rename')}
                  </Button>
                )}
              </Group>
              {conflict ? <Stale conflict={conflict} /> : <Failure>{failure}</Failure>}
            </Stack>
          </form>
          <Stack gap={2}>
            <Text size="sm" fw={500}>
              {t('organization.id')}
            </Text>
            <Group gap={4}>
              <Text ff="monospace" className="numbers">
                {id}
              </Text>
              <CopyButton value={String(id)} label={t('organization.copyId')} />
            </Group>
            <Text size="sm" c="dimmed">
              {t('organization.idText')}
            </Text>
          </Stack>
        </Section>
        {may('organization.transfer') && (
          <Section title={t('organization.transfer.title')} text={t('organization.transfer.text')}>
            <Group>
              <Button variant="default" onClick={() => setOpen('transfer')}>
                {t('organization.transfer.open')}
              </Button>
            </Group>
          </Section>
        )}
        {role !== null && role !== 'OWNER' && (
          <Section title={t('organization.leave.title')} text={t('organization.leave.text')}>
            <Group>
              <Button variant="default" onClick={() => setOpen('leave')}>
                {t('organization.leave.open')}
              </Button>
            </Group>
          </Section>
        )}
        {may('organization.delete') && (
          <Section title={t('organization.delete.title')} text={t('organization.delete.text')}>
            <Group>
              <Button color="red" variant="outline" onClick={() => setOpen('delete')}>
                {t('organization.delete.open')}
              </Button>
            </Group>
          </Section>
        )}
      </Stack>
      {open === 'transfer' && <TransferDialog organizationId={id} me={me} onClose={close} />}
      {open === 'delete' && <DeleteDialog organizationId={id} name={name} onDeleted={gone} onClose={close} />}
      {open === 'leave' && (
        <Confirm
          title={t('organization.leave.confirm', { name })}
          text={t('organization.leave.text')}
          action={t('organization.leave.open')}
          danger
          run={async () => {
            await answer(api.DELETE('/api/v1/users/me/organizations/{organizationId}', { params: { path } }));
            await gone();
          }}
          onClose={close}
        />
      )}
    </>
  );
}
