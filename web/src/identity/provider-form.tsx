import { Alert, Button, Group, Select, Stack, Switch, Text, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { ShieldAlert } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { IdentityProviderView } from '../../generated/api';
import { Confirm } from '../components/confirm';
import { notifyDone } from '../components/notify';
import { Section } from '../components/layout/section';
import { Failure } from '../forms/failure';
import { LeaveGuard } from '../forms/leave-guard';
import { Stale } from '../forms/stale';
import { useVersionedForm } from '../forms/use-versioned-form';
import { GroupRules } from './group-rules';
import { changeProvider, connectProvider, readProvider, removeProvider } from './identity-calls';
import { LdapFields } from './ldap-fields';
import { OpenidFields } from './openid-fields';
import { ProviderAddresses } from './provider-addresses';
import { LastComparison } from './last-comparison';
import { SamlFields } from './saml-fields';
import { SamlKeys } from './saml-keys';
import { ScimTokens } from './scim-tokens';
import { ProviderTest } from './provider-test';
import { type Draft, type ProviderFormState, type ProviderValues, providerValuesOf } from './provider-values';

function isStored(provider: Draft): provider is IdentityProviderView {
  return provider.id !== undefined;
}

/** The settings of a provider; once they are stored, what to register there, and the test. */
export function ProviderForm({ provider }: { provider: Draft }): React.ReactNode {
  const state = useProviderForm(provider);
  const { basis } = state;
  return (
    <Stack gap="lg" maw={860}>
      <Settings state={state} />
      {isStored(basis) && basis.kind !== 'ldap' && <ProviderAddresses id={basis.id} kind={basis.kind} />}
      {isStored(basis) && basis.kind === 'saml' && <SamlKeys id={basis.id} />}
      {isStored(basis) && basis.kind === 'ldap' && <LastComparison provider={basis} />}
      {isStored(basis) && basis.kind !== 'ldap' && <ScimTokens id={basis.id} />}
      {isStored(basis) && <ProviderTest key={basis.version} provider={basis} unsaved={state.unsaved} />}
    </Stack>
  );
}

function useProviderForm(provider: Draft): ProviderFormState {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return useVersionedForm<Draft, ProviderValues>({
    read: provider,
    valuesOf: providerValuesOf,
    readAgain: () => readProvider(provider.id ?? 0),
    save: async (values, basis) => {
      if (isStored(basis)) {
        const changed = await changeProvider(basis, values);
        notifyDone(t('singleSignOn.admin.saved'));
        return changed;
      }
      const { id } = await connectProvider(basis.kind, values);
      notifyDone(t('singleSignOn.admin.connected'));
      await navigate({ to: '/server/identity/$provider', params: { provider: String(id) }, ignoreBlocker: true });
      return undefined;
    },
  });
}

function Settings({ state }: { state: ProviderFormState }): React.ReactNode {
  const { t } = useTranslation();
  const { form, submit, pending, failure, unsaved, conflict, basis } = state;
  return (
    <Section title={t('singleSignOn.admin.settings')}>
      <form onSubmit={submit}>
        <LeaveGuard unsaved={unsaved} />
        <Stack>
          {(basis.warnings ?? []).map((warning) => (
            <Alert key={warning} color="yellow" icon={<ShieldAlert size={18} aria-hidden />} p="sm">
              {t(`singleSignOn.admin.plain.${basis.kind}`)}
            </Alert>
          ))}
          <TextInput
            label={t('singleSignOn.admin.name')}
            description={t(basis.kind === 'ldap' ? 'singleSignOn.admin.nameHintLdap' : 'singleSignOn.admin.nameHint')}
            required
            withAsterisk={false}
            maxLength={100}
            {...form.getInputProps('name')}
          />
          <KindFields state={state} />
          <People state={state} />
          <GroupRules state={state} />
          <Switch label={t('singleSignOn.admin.enabled')} {...form.getInputProps('enabled', { type: 'checkbox' })} />
          {conflict ? <Stale conflict={conflict} nameOf={(field) => field} /> : <Failure>{failure}</Failure>}
          <Group>
            <Button type="submit" loading={pending}>
              {t(isStored(basis) ? 'singleSignOn.admin.save' : 'singleSignOn.admin.connect')}
            </Button>
            {isStored(basis) && <Remove provider={basis} />}
          </Group>
        </Stack>
      </form>
    </Section>
  );
}

function KindFields({ state }: { state: ProviderFormState }): React.ReactNode {
  switch (state.basis.kind) {
    case 'ldap':
      return <LdapFields state={state} />;
    case 'oidc':
      return <OpenidFields state={state} />;
    case 'saml':
      return <SamlFields state={state} />;
  }
}

/** Who may come with the provider. */
function People({ state: { form, basis } }: { state: ProviderFormState }): React.ReactNode {
  const { t } = useTranslation();
  return (
    <>
      <TextInput
        label={t('singleSignOn.admin.domains')}
        description={t(basis.kind === 'ldap' ? 'singleSignOn.admin.domainsLdap' : 'singleSignOn.admin.domainsHint')}
        placeholder="example.com"
        required={basis.kind === 'saml'}
        withAsterisk={false}
        spellCheck={false}
        {...form.getInputProps('domains')}
      />
      <Select
        label={t('singleSignOn.admin.provisioning')}
        data={[
          { value: 'create', label: t('singleSignOn.admin.create') },
          { value: 'existing', label: t('singleSignOn.admin.existing') },
        ]}
        allowDeselect={false}
        {...form.getInputProps('provisioning')}
      />
    </>
  );
}

function Remove({ provider: { id, name } }: { provider: IdentityProviderView }): React.ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [asked, setAsked] = useState(false);
  return (
    <>
      <Button variant="subtle" color="red" onClick={() => setAsked(true)}>
        {t('singleSignOn.admin.remove')}
      </Button>
      {asked && (
        <Confirm
          title={t('singleSignOn.admin.removeTitle', { name })}
          text={<Text>{t('singleSignOn.admin.removeText')}</Text>}
          action={t('singleSignOn.admin.remove')}
          danger
          done={t('singleSignOn.admin.removed')}
          run={async () => {
            await removeProvider(id);
            await navigate({ to: '/server/identity', ignoreBlocker: true });
          }}
          onClose={() => setAsked(false)}
        />
      )}
    </>
  );
}
