import { Button, Code, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ClientPasswordView, CreatedClientPassword } from '../../generated/api';
import { answer, api } from '../api/client';
import { queryClient } from '../api/queries';
import { SecretList } from '../components/secret-list';
import { Section } from '../components/layout/section';
import { ShownOnce } from '../components/shown-once';
import { FormDialog } from '../forms/dialog';
import { useServerForm } from '../forms/use-server-form';
import type { Column } from '../table/column';
import { endAfter, LifeField } from './key-fields';
import { SecretName } from './key-scopes';

const queryKey = ['client-passwords'];

/** Passwords for Katalon Studio, which knows neither single sign-on nor a second step. */
export function ClientPasswords(): React.ReactNode {
  const { t } = useTranslation();
  const [creating, setCreating] = useState(false);
  const [created, setCreated] = useState<CreatedClientPassword>();
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
      <PasswordList />
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
    </Section>
  );
}

function PasswordList(): React.ReactNode {
  const { t } = useTranslation();
  const { data } = useQuery({ queryKey, queryFn: () => answer(api.GET('/api/v1/users/me/client-passwords')) });
  const columns = useColumns();
  return (
    <SecretList
      label={t('profile.clientPasswords.title')}
      none={t('profile.clientPasswords.none')}
      secrets={data}
      columns={columns}
      textsOf={({ name }) => ({
        label: t('profile.clientPasswords.revokeFor', { name }),
        title: t('profile.clientPasswords.revokeTitle', { name }),
        text: t('profile.clientPasswords.revokeText'),
        done: t('profile.clientPasswords.revoked', { name }),
      })}
      revoke={async ({ id }) => {
        await answer(api.DELETE('/api/v1/users/me/client-passwords/{id}', { params: { path: { id } } }));
        await queryClient.invalidateQueries({ queryKey });
      }}
    />
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

function useColumns(): Column<ClientPasswordView>[] {
  const { t } = useTranslation();
  return [
    { key: 'name', title: t('profile.keys.name'), render: ({ name }) => <SecretName>{name}</SecretName> },
    { key: 'hint', title: t('profile.clientPasswords.password'), render: ({ hint }) => <Code>{hint}…</Code> },
  ];
}
