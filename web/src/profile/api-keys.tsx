import { Alert, Button, Code, Group, Modal, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { KeyRound, Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ApiKeyView, CreatedApiKey } from '../../generated/api';
import { answer, api } from '../api/client';
import { queryClient } from '../api/queries';
import { lastOrganization } from '../app/last-organization';
import { useMe } from '../app/use-me';
import { ClientLines } from '../connect/client-lines';
import { Confirm } from '../show/confirm';
import { CopyButton } from '../show/copy-button';
import { Section } from '../show/section';
import { Time } from '../show/time';
import { apiKeysKey, NewKeyDialog } from './new-key-dialog';

/** Keys for pipelines and scripts. */
export function ApiKeys(): React.ReactNode {
  const { t } = useTranslation();
  const organizationId = lastOrganization.of(useMe());
  const { data } = useQuery({ queryKey: apiKeysKey, queryFn: () => answer(api.GET('/api/v1/users/me/api-keys')) });
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
          size="lg"
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
            {organizationId && <ClientLines organizationId={organizationId} apiKey={created.key} />}
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
            await queryClient.invalidateQueries({ queryKey: apiKeysKey });
          }}
          onClose={() => setRevoking(undefined)}
        />
      )}
    </Section>
  );
}
