import { Button, Code, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ClientPasswordView, CreatedClientPassword } from '../../generated/api';
import { answer, api } from '../api/client';
import { queryClient } from '../api/queries';
import { Confirm } from '../components/confirm';
import { Section } from '../components/section';
import { ShownOnce } from '../components/shown-once';
import { Time } from '../components/time';
import { FormDialog } from '../forms/dialog';
import { useServerForm } from '../forms/use-server-form';
import type { Column } from '../table/column';
import { PlainTable } from '../table/plain-table';
import { RowButton } from '../table/row-button';
import { endAfter, LifeField } from './key-fields';

const queryKey = ['client-passwords'];

/** Passwords for Katalon Studio, which knows neither single sign-on nor a second step. */
export function ClientPasswords(): React.ReactNode {
  const { t } = useTranslation();
  const { data } = useQuery({ queryKey, queryFn: () => answer(api.GET('/api/v1/users/me/client-passwords')) });
  const [creating, setCreating] = useState(false);
  const [created, setCreated] = useState<CreatedClientPassword>();
  const [revoking, setRevoking] = useState<ClientPasswordView>();
  const columns = useColumns(setRevoking);
  return (
    <Section
      title={t('profile.clientPasswords.title')}
      text={t('profile.clientPasswords.text')}
      actions={
        <Button leftSection={<Plus size={16} aria-hidden />} variant="default" onClick={() => setCreating(true)}>
          {t('profile.clientPasswords.create')}
        </Button>
      }
    >
      {data?.length === 0 && <Text c="dimmed">{t('profile.clientPasswords.none')}</Text>}
      {data && data.length > 0 && (
        <PlainTable label={t('profile.clientPasswords.title')} columns={columns} rows={data} rowKey={({ id }) => id} />
      )}
      {creating && (
        <NewClientPassword
          onCreated={(password) => {
            setCreating(false);
            setCreated(password);
          }}
          onClose={() => setCreating(false)}
        />
      )}
      {created && (
        <ShownOnce
          title={t('profile.clientPasswords.createdTitle', { name: created.name })}
          text={t('profile.clientPasswords.once')}
          secret={created.password}
          copyLabel={t('profile.clientPasswords.copy')}
          testId="client-password"
          onClose={() => setCreated(undefined)}
        />
      )}
      {revoking && <Revoke password={revoking} onClose={() => setRevoking(undefined)} />}
    </Section>
  );
}

interface NewProps {
  onCreated: (password: CreatedClientPassword) => void;
  onClose: () => void;
}

function NewClientPassword({ onCreated, onClose }: NewProps): React.ReactNode {
  const { t } = useTranslation();
  const { form, ...state } = useServerForm(
    { initialValues: { name: '', expiresAt: '365' } },
    async ({ name, expiresAt }) => {
      const body = { name, expiresAt: endAfter(expiresAt) };
      const created = await answer(api.POST('/api/v1/users/me/client-passwords', { body }));
      await queryClient.invalidateQueries({ queryKey });
      onCreated(created);
    },
  );
  const create = t('profile.clientPasswords.create');
  return (
    <FormDialog title={create} action={create} onClose={onClose} {...state}>
      <TextInput
        label={t('profile.keys.name')}
        description={t('profile.clientPasswords.nameHint')}
        placeholder={t('profile.clientPasswords.example')}
        maxLength={100}
        required
        withAsterisk={false}
        data-autofocus
        {...form.getInputProps('name')}
      />
      <LifeField {...form.getInputProps('expiresAt')} />
    </FormDialog>
  );
}

function useColumns(onRevoke: (password: ClientPasswordView) => void): Column<ClientPasswordView>[] {
  const { t } = useTranslation();
  return [
    {
      key: 'name',
      title: t('profile.keys.name'),
      render: ({ name }) => (
        <Text fw={500} className="break" inherit>
          {name}
        </Text>
      ),
    },
    { key: 'hint', title: t('profile.clientPasswords.password'), render: ({ hint }) => <Code>{hint}…</Code> },
    { key: 'lastUsed', title: t('profile.keys.lastUsed'), render: ({ lastUsedAt }) => <Time value={lastUsedAt} /> },
    {
      key: 'expires',
      title: t('profile.keys.expires'),
      render: ({ expiresAt }) => <Time value={expiresAt} as="date" />,
    },
    {
      key: 'actions',
      title: '',
      end: true,
      render: (password) => (
        <RowButton
          danger
          label={t('profile.clientPasswords.revokeFor', { name: password.name })}
          onClick={() => onRevoke(password)}
        >
          {t('profile.keys.revoke')}
        </RowButton>
      ),
    },
  ];
}

interface RevokeProps {
  password: ClientPasswordView;
  onClose: () => void;
}

function Revoke({ password: { id, name }, onClose }: RevokeProps): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Confirm
      title={t('profile.clientPasswords.revokeTitle', { name })}
      text={t('profile.clientPasswords.revokeText')}
      action={t('profile.keys.revoke')}
      danger
      done={t('profile.clientPasswords.revoked', { name })}
      run={async () => {
        await answer(api.DELETE('/api/v1/users/me/client-passwords/{id}', { params: { path: { id } } }));
        await queryClient.invalidateQueries({ queryKey });
      }}
      onClose={onClose}
    />
  );
}
