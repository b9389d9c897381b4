import { PasswordInput, SimpleGrid, Textarea, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ProviderFormState } from './provider-values';
import { Certificates } from './certificates';

/** How an OpenID provider is reached, and what it says about people. */
export function OpenidFields({ state }: { state: ProviderFormState }): React.ReactNode {
  const { t } = useTranslation();
  const { form, basis } = state;
  return (
    <>
      <TextInput
        label={t('singleSignOn.admin.issuer')}
        description={t('singleSignOn.admin.issuerHint')}
        placeholder="https://login.example.com/realms/company"
        required
        withAsterisk={false}
        spellCheck={false}
        maxLength={2000}
        {...form.getInputProps('issuer')}
      />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextInput
          label={t('singleSignOn.admin.clientId')}
          description={t('singleSignOn.admin.clientIdHint')}
          required
          withAsterisk={false}
          spellCheck={false}
          autoComplete="off"
          maxLength={500}
          {...form.getInputProps('clientId')}
        />
        <PasswordInput
          label={t('singleSignOn.admin.clientSecret')}
          description={t(
            basis.hasClientSecret ? 'singleSignOn.admin.secretStored' : 'singleSignOn.admin.clientSecretHint',
          )}
          placeholder={basis.hasClientSecret ? '••••••••' : undefined}
          autoComplete="new-password"
          maxLength={10_000}
          {...form.getInputProps('clientSecret')}
        />
        <ClaimFields state={state} />
      </SimpleGrid>
      <Certificates state={state} />
      <Metadata state={state} />
    </>
  );
}

/** What the provider is asked to say about people. */
function ClaimFields({ state: { form } }: { state: ProviderFormState }): React.ReactNode {
  const { t } = useTranslation();
  return (
    <>
      <TextInput
        label={t('singleSignOn.admin.scopes')}
        description={t('singleSignOn.admin.scopesHint')}
        spellCheck={false}
        {...form.getInputProps('scopes')}
      />
      <TextInput
        label={t('singleSignOn.admin.groupsClaim')}
        description={t('singleSignOn.admin.groupsClaimHint')}
        spellCheck={false}
        {...form.getInputProps('groupsClaim')}
      />
    </>
  );
}

/** For networks without a way to the provider's discovery document. */
function Metadata({ state: { form } }: { state: ProviderFormState }): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Textarea
      label={t('singleSignOn.admin.metadata')}
      description={t('singleSignOn.admin.metadataHint')}
      placeholder="{ … }"
      autosize
      minRows={2}
      maxRows={10}
      spellCheck={false}
      {...form.getInputProps('metadata')}
    />
  );
}
