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
import type { MailServerSettings, MailServerView } from '../../generated/api';
import { queryClient } from '../api/queries';
import { Failure } from '../forms/failure';
import { LeaveGuard } from '../forms/leave-guard';
import { Stale } from '../forms/stale';
import { useVersionedForm } from '../forms/use-versioned-form';
import { Confirm } from '../components/confirm';
import { notifyDone } from '../components/notify';
import { mailKey, mailServerOf, type Owner, removeMailServer, updateMailServer } from './mail-calls';
import { TokenFields } from './token-fields';

type Protocol = MailServerView['protocol'];

/** Protocols, and the ports that go with them. */
const ports: Record<Protocol, number> = { SMTP: 25, 'SMTP + STARTTLS': 587, SMTPS: 465 };

type SignIn = 'password' | 'tokens';

function signInOf(server: MailServerView | null): SignIn {
  return server?.tokenUrl ? 'tokens' : 'password';
}

interface Props {
  owner: Owner;
  server: MailServerView | null;
}

export function MailServerForm({ owner, server }: Props): React.ReactNode {
  const { t } = useTranslation();
  const [removing, setRemoving] = useState(false);
  const keep = (newest: MailServerView | null): MailServerView | null => {
    queryClient.setQueryData(mailKey(owner, 'settings'), newest);
    return newest;
  };
  const { form, submit, pending, failure, unsaved, conflict, restart } = useVersionedForm({
    read: server,
    valuesOf,
    readAgain: async () => keep(await mailServerOf(owner)),
    save: async (values, basis) => {
      // Someone else has made the first settings meanwhile: they have a version above 0.
      const version = basis?.version ?? (server ? 0 : undefined);
      const saved = keep(await updateMailServer(owner, { ...settingsOf(values), version }));
      notifyDone(t('mail.updated'));
      return saved;
    },
  });
  const { protocol, username, acceptAnyCertificate, signIn } = form.values;
  const encrypted = protocol !== 'SMTP';
  return (
    <form onSubmit={submit}>
      <LeaveGuard unsaved={unsaved} />
      <Stack maw={720}>
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
          <Group grow align="flex-start" wrap="nowrap" preventGrowOverflow={false}>
            <Select
              label={t('mail.protocol')}
              data={Object.keys(ports)}
              allowDeselect={false}
              {...form.getInputProps('protocol')}
              onChange={(value) => {
                const next = value as Protocol;
                if (Number(form.values.port) === ports[protocol]) form.setFieldValue('port', ports[next]);
                form.setFieldValue('protocol', next);
              }}
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
        {signIn === 'password' ? (
          <PasswordInput
            label={t('mail.password')}
            description={server?.hasPassword ? t('mail.passwordStored') : t('mail.passwordHint')}
            placeholder={server?.hasPassword ? '••••••••' : undefined}
            maxLength={1000}
            autoComplete="new-password"
            disabled={username === ''}
            {...form.getInputProps('password')}
          />
        ) : (
          <TokenFields hasSecret={server?.hasClientSecret ?? false} field={(name) => form.getInputProps(name)} />
        )}
        <TextInput
          label={t('mail.sender')}
          description={t('mail.senderHint')}
          placeholder="License server <licenses@example.com>"
          required
          withAsterisk={false}
          maxLength={320}
          {...form.getInputProps('sender')}
        />
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
        {conflict ? <Stale conflict={conflict} /> : <Failure>{failure}</Failure>}
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
      {removing && (
        <Confirm
          title={t('mail.removeTitle')}
          text={owner === 'server' ? t('mail.removeTextServer') : t('mail.removeText')}
          action={t('mail.remove')}
          danger
          done={t('mail.removed')}
          run={async () => {
            await removeMailServer(owner);
            restart(keep(null));
          }}
          onClose={() => setRemoving(false)}
        />
      )}
    </form>
  );
}

interface Values {
  host: string;
  port: number | string;
  protocol: Protocol;
  username: string;
  password: string;
  signIn: ReturnType<typeof signInOf>;
  tokenUrl: string;
  clientId: string;
  clientSecret: string;
  scope: string;
  sender: string;
  certificateAuthority: string;
  acceptAnyCertificate: boolean;
}

function valuesOf(server: MailServerView | null): Values {
  return {
    host: server?.host ?? '',
    port: server?.port ?? 587,
    protocol: server?.protocol ?? 'SMTP + STARTTLS',
    username: server?.username ?? '',
    password: '',
    signIn: signInOf(server),
    tokenUrl: server?.tokenUrl ?? '',
    clientId: server?.clientId ?? '',
    clientSecret: '',
    scope: server?.scope ?? '',
    sender: server?.sender ?? '',
    certificateAuthority: server?.certificateAuthority ?? '',
    acceptAnyCertificate: server?.acceptAnyCertificate ?? false,
  };
}

function settingsOf({
  signIn,
  password,
  tokenUrl,
  clientId,
  clientSecret,
  scope,
  ...values
}: Values): MailServerSettings {
  const secrets =
    signIn === 'tokens'
      ? {
          tokenUrl: tokenUrl.trim(),
          clientId: clientId.trim(),
          scope: scope.trim(),
          clientSecret: filled(clientSecret),
        }
      : { password: filled(password) };
  return { ...values, ...secrets, port: Number(values.port) };
}

/** A secret that is not typed: the one that is stored stays. */
function filled(text: string): string | undefined {
  return text === '' ? undefined : text;
}
