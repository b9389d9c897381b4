import {
  Alert,
  Button,
  Collapse,
  Group,
  NumberInput,
  PasswordInput,
  Select,
  SimpleGrid,
  Stack,
  Switch,
  Textarea,
  TextInput,
} from '@mantine/core';
import { ShieldAlert } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MailServerView } from '../../generated/api';
import { mailProtocols } from '../api/enums';
import { Failure } from '../forms/failure';
import { LeaveGuard } from '../forms/leave-guard';
import { Stale } from '../forms/stale';
import { Confirm } from '../components/confirm';
import { type MailServerOwner, removeMailServer } from './mail-calls';
import { ports, type Protocol } from './mail-server-values';
import { TokenFields } from './token-fields';
import { type MailServerFormState, useMailServerForm } from './use-mail-server-form';

/** The labels of the settings, by their names in the API. */
const labels = {
  host: 'host',
  port: 'port',
  protocol: 'protocol',
  username: 'username',
  password: 'password',
  tokenUrl: 'tokenUrl',
  clientId: 'clientId',
  clientSecret: 'clientSecret',
  scope: 'scope',
  sender: 'sender',
  certificateAuthority: 'authority',
  acceptAnyCertificate: 'anyCertificate',
} as const;

interface Props {
  owner: MailServerOwner;
  server: MailServerView | null;
}

export function MailServerForm({ owner, server }: Props): React.ReactNode {
  const { t } = useTranslation();
  const [removing, setRemoving] = useState(false);
  const { form, submit, pending, failure, unsaved, conflict, forgetServer } = useMailServerForm(owner, server);
  const nameOf = (field: string): string =>
    field in labels ? t(`mail.${labels[field as keyof typeof labels]}`) : field;
  return (
    <form onSubmit={submit}>
      <LeaveGuard unsaved={unsaved} />
      <Stack maw={720}>
        <Connection form={form} />
        <Secret form={form} server={server} />
        <TextInput
          label={t('mail.sender')}
          description={t('mail.senderHint')}
          placeholder="License server <licenses@example.com>"
          required
          withAsterisk={false}
          maxLength={320}
          {...form.getInputProps('sender')}
        />
        <Encryption form={form} />
        {conflict ? <Stale conflict={conflict} nameOf={nameOf} /> : <Failure>{failure}</Failure>}
        <Group>
          <Button type="submit" loading={pending}>
            {t('mail.update')}
          </Button>
          {server && (
            <Button variant="subtle" color="red" onClick={() => setRemoving(true)}>
              {t('mail.remove')}
            </Button>
          )}
        </Group>
      </Stack>
      {removing && <Remove owner={owner} onRemoved={forgetServer} onClose={() => setRemoving(false)} />}
    </form>
  );
}

type FormProps = Pick<MailServerFormState, 'form'>;

/** Where the mail server is, and how the license server signs in. */
function Connection({ form }: FormProps): React.ReactNode {
  const { t } = useTranslation();
  const { signIn } = form.values;
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }}>
      <TextInput
        label={t('mail.host')}
        placeholder="smtp.example.com"
        required
        withAsterisk={false}
        maxLength={253}
        spellCheck={false}
        {...form.getInputProps('host')}
      />
      <ProtocolFields form={form} />
      <TextInput
        label={signIn === 'tokens' ? t('mail.mailbox') : t('mail.username')}
        description={signIn === 'tokens' ? t('mail.mailboxHint') : t('mail.usernameHint')}
        maxLength={254}
        autoComplete="off"
        spellCheck={false}
        {...form.getInputProps('username')}
      />
      <Select
        label={t('mail.signIn')}
        description={t('mail.signInHint')}
        data={[
          { value: 'password', label: t('mail.byPassword') },
          { value: 'tokens', label: t('mail.byTokens') },
        ]}
        allowDeselect={false}
        {...form.getInputProps('signIn')}
      />
    </SimpleGrid>
  );
}

function ProtocolFields({ form }: FormProps): React.ReactNode {
  const { t } = useTranslation();
  const { protocol, port } = form.values;
  // The usual port goes with the protocol; a port that was typed stays.
  const choose = (next: Protocol): void => {
    if (Number(port) === ports[protocol]) form.setFieldValue('port', ports[next]);
    form.setFieldValue('protocol', next);
  };
  return (
    <Group grow align="flex-start" wrap="nowrap" preventGrowOverflow={false}>
      <Select
        label={t('mail.protocol')}
        data={mailProtocols}
        allowDeselect={false}
        {...form.getInputProps('protocol')}
        onChange={(value) => choose(value as Protocol)}
      />
      <NumberInput
        label={t('mail.port')}
        w={110}
        flex="none"
        required
        withAsterisk={false}
        min={1}
        max={65_535}
        allowDecimal={false}
        hideControls
        {...form.getInputProps('port')}
      />
    </Group>
  );
}

function Secret({ form, server }: FormProps & { server: MailServerView | null }): React.ReactNode {
  const { t } = useTranslation();
  if (form.values.signIn === 'tokens') {
    return <TokenFields hasSecret={server?.hasClientSecret ?? false} field={(name) => form.getInputProps(name)} />;
  }
  return (
    <PasswordInput
      label={t('mail.password')}
      description={server?.hasPassword ? t('mail.passwordStored') : t('mail.passwordHint')}
      placeholder={server?.hasPassword ? '••••••••' : undefined}
      maxLength={1000}
      autoComplete="new-password"
      disabled={form.values.username === ''}
      {...form.getInputProps('password')}
    />
  );
}

/** How the connection is protected, and what to trust. */
function Encryption({ form }: FormProps): React.ReactNode {
  const { t } = useTranslation();
  const { protocol, acceptAnyCertificate } = form.values;
  const encrypted = protocol !== 'SMTP';
  return (
    <>
      {!encrypted && (
        <Alert color="yellow" icon={<ShieldAlert size={18} aria-hidden />} p="sm">
          {t('mail.plainWarning')}
        </Alert>
      )}
      <Collapse expanded={encrypted}>
        <Stack>
          <Textarea
            label={t('mail.authority')}
            description={t('mail.authorityHint')}
            placeholder="-----BEGIN CERTIFICATE-----"
            autosize
            minRows={2}
            maxRows={10}
            spellCheck={false}
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 13 } }}
            {...form.getInputProps('certificateAuthority')}
          />
          <Switch
            label={t('mail.anyCertificate')}
            {...form.getInputProps('acceptAnyCertificate', { type: 'checkbox' })}
          />
          {acceptAnyCertificate && (
            <Alert color="red" icon={<ShieldAlert size={18} aria-hidden />} role="alert" p="sm">
              {t('mail.anyCertificateWarning')}
            </Alert>
          )}
        </Stack>
      </Collapse>
    </>
  );
}

interface RemoveProps {
  owner: MailServerOwner;
  onRemoved: () => void;
  onClose: () => void;
}

function Remove({ owner, onRemoved, onClose }: RemoveProps): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Confirm
      title={t('mail.removeTitle')}
      text={owner === 'server' ? t('mail.removeTextServer') : t('mail.removeText')}
      action={t('mail.remove')}
      danger
      done={t('mail.removed')}
      run={async () => {
        await removeMailServer(owner);
        onRemoved();
      }}
      onClose={onClose}
    />
  );
}
