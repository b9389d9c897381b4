import { Alert, Button, Code, Group, Modal, Select, Stack, Table, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { KeyRound, Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ApiKeyView, CreatedApiKey } from '../../generated/api';
import { answer, api } from '../api/client';
import { queryClient } from '../api/queries';
import { FormDialog } from '../forms/dialog';
import { useServerForm } from '../forms/use-server-form';
import { Confirm } from '../show/confirm';
import { CopyButton } from '../show/copy-button';
import { Section } from '../show/section';
import { Time } from '../show/time';

const queryKey = ['api-keys'];
const day = 86_400_000;

/** Keys for pipelines and scripts. */
export function ApiKeys(): React.ReactNode {
  const { t } = useTranslation();
  const { data } = useQuery({ queryKey, queryFn: () => answer(api.GET('/api/v1/users/me/api-keys')) });
  const [creating, setCreating] = useState(false);
  const [created, setCreated] = useState<CreatedApiKey>();
  const [revoking, setRevoking] = useState<ApiKeyView>();
  return (
    <Section
      title={t('profile.keys.title')}
      text={t('profile.keys.text')}
      actions={
        <Button leftSection={<Plus size={16} aria-hidden />} variant="default" onClick={() => setCreating(true)}>
          {t('profile.keys.create')}
        </Button>
      }
    >
      {data?.length === 0 && <Text c="dimmed">{t('profile.keys.none')}</Text>}
      {data && data.length > 0 && (
        <Table.ScrollContainer minWidth={560}>
          <Table verticalSpacing="xs" borderColor="var(--line)">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('profile.keys.name')}</Table.Th>
                <Table.Th>{t('profile.keys.key')}</Table.Th>
                <Table.Th>{t('profile.keys.lastUsed')}</Table.Th>
                <Table.Th>{t('profile.keys.expires')}</Table.Th>
                <Table.Th>
                  <Text span size="sm" fw="inherit" className="hidden">
                    {t('app.table.actions')}
                  </Text>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {data.map((key) => (
                <Table.Tr key={key.id}>
                  <Table.Td fw={500} className="break">
                    {key.name}
                  </Table.Td>
                  <Table.Td>
                    <Code>{key.hint}…</Code>
                  </Table.Td>
                  <Table.Td>
                    <Time value={key.lastUsedAt} />
                  </Table.Td>
                  <Table.Td>
                    <Time value={key.expiresAt} as="date" />
                  </Table.Td>
                  <Table.Td ta="end">
                    <Button
                      size="compact-sm"
                      variant="subtle"
                      color="red"
                      c="var(--mantine-color-error)"
                      aria-label={t('profile.keys.revokeFor', { name: key.name })}
                      onClick={() => setRevoking(key)}
                    >
                      {t('profile.keys.revoke')}
                    </Button>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {creating && (
        <NewKeyDialog
          onCreated={(key) => {
            setCreating(false);
            setCreated(key);
          }}
          onClose={() => setCreating(false)}
        />
      )}
      {created && (
        <Modal
          opened
          onClose={() => setCreated(undefined)}
          closeOnClickOutside={false}
          title={t('profile.keys.createdTitle', { name: created.name })}
          closeButtonProps={{ 'aria-label': t('app.close') }}
        >
          <Stack>
            <Alert color="yellow" icon={<KeyRound size={18} aria-hidden />}>
              {t('profile.keys.once')}
            </Alert>
            <Code block className="break" style={{ whiteSpace: 'pre-wrap' }} data-testid="api-key">
              {created.key}
            </Code>
            <Group justify="flex-end">
              <CopyButton wide value={created.key} label={t('profile.keys.copy')} />
              <Button onClick={() => setCreated(undefined)}>{t('app.close')}</Button>
            </Group>
          </Stack>
        </Modal>
      )}
      {revoking && (
        <Confirm
          title={t('profile.keys.revokeTitle', { name: revoking.name })}
          text={t('profile.keys.revokeText')}
          action={t('profile.keys.revoke')}
          danger
          done={t('profile.keys.revoked', { name: revoking.name })}
          run={async () => {
            await answer(api.DELETE('/api/v1/users/me/api-keys/{id}', { params: { path: { id: revoking.id } } }));
            await queryClient.invalidateQueries({ queryKey });
          }}
          onClose={() => setRevoking(undefined)}
        />
      )}
    </Section>
  );
}

function NewKeyDialog({
  onCreated,
  onClose,
}: {
  onCreated: (key: CreatedApiKey) => void;
  onClose: () => void;
}): React.ReactNode {
  const { t } = useTranslation();
  const { form, ...state } = useServerForm({ initialValues: { name: '', days: '365' } }, async ({ name, days }) => {
    const expiresAt = days === '' ? undefined : new Date(Date.now() + Number(days) * day).toISOString();
    const key = await answer(api.POST('/api/v1/users/me/api-keys', { body: { name, expiresAt } }));
    await queryClient.invalidateQueries({ queryKey });
    onCreated(key);
  });
  return (
    <FormDialog title={t('profile.keys.create')} action={t('profile.keys.create')} onClose={onClose} {...state}>
      <TextInput
        label={t('profile.keys.name')}
        description={t('profile.keys.nameHint')}
        placeholder="Jenkins"
        maxLength={100}
        required
        withAsterisk={false}
        data-autofocus
        {...form.getInputProps('name')}
      />
      <Select
        label={t('profile.keys.expires')}
        allowDeselect={false}
        data={[
          { value: '30', label: t('profile.keys.days', { count: 30 }) },
          { value: '90', label: t('profile.keys.days', { count: 90 }) },
          { value: '365', label: t('profile.keys.year') },
          { value: '', label: t('app.never') },
        ]}
        {...form.getInputProps('days')}
      />
    </FormDialog>
  );
}
