import { Button, FileButton, Group, SimpleGrid, Stack, Switch, Textarea, TextInput } from '@mantine/core';
import { FileUp } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Certificates } from './certificates';
import type { ProviderFormState } from './provider-values';

/** Where the metadata of a SAML provider is, and what it says about people. */
export function SamlFields({ state }: { state: ProviderFormState }): React.ReactNode {
  const { t } = useTranslation();
  const { form } = state;
  return (
    <>
      <TextInput
        label={t('singleSignOn.admin.metadataUrl')}
        description={t('singleSignOn.admin.metadataUrlHint')}
        placeholder="https://login.example.com/federationmetadata/2007-06/federationmetadata.xml"
        spellCheck={false}
        maxLength={2000}
        {...form.getInputProps('metadataUrl')}
      />
      <Metadata state={state} />
      <Attributes state={state} />
      <Certificates state={state} />
      <Switch
        label={t('singleSignOn.admin.allowIdpInitiated')}
        description={t('singleSignOn.admin.allowIdpInitiatedHint')}
        {...form.getInputProps('allowIdpInitiated', { type: 'checkbox' })}
      />
    </>
  );
}

/** For networks from which the metadata cannot be fetched: a file, or its text. */
function Metadata({ state: { form } }: { state: ProviderFormState }): React.ReactNode {
  const { t } = useTranslation();
  const read = async (file: File | null): Promise<void> => {
    if (file) form.setFieldValue('metadata', await file.text());
  };
  return (
    <Stack gap="xs">
      <Textarea
        label={t('singleSignOn.admin.metadata')}
        description={t('singleSignOn.admin.samlMetadataHint')}
        placeholder="<EntityDescriptor …>"
        autosize
        minRows={2}
        maxRows={10}
        spellCheck={false}
        {...form.getInputProps('metadata')}
      />
      <Group>
        <FileButton onChange={(file) => void read(file)} accept=".xml,application/xml,text/xml">
          {(props) => (
            <Button {...props} variant="default" size="xs" leftSection={<FileUp size={14} aria-hidden />}>
              {t('singleSignOn.admin.chooseMetadata')}
            </Button>
          )}
        </FileButton>
      </Group>
    </Stack>
  );
}

/** What the provider calls the attributes of people. */
function Attributes({ state: { form } }: { state: ProviderFormState }): React.ReactNode {
  const { t } = useTranslation();
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }}>
      {(['email', 'firstName', 'lastName'] as const).map((field) => (
        <TextInput
          key={field}
          label={t(`singleSignOn.admin.attribute.${field}`)}
          description={t('singleSignOn.admin.attributeHint')}
          spellCheck={false}
          maxLength={300}
          {...form.getInputProps(`attributes.${field}`)}
        />
      ))}
      <TextInput
        label={t('singleSignOn.admin.groupsAttribute')}
        description={t('singleSignOn.admin.groupsClaimHint')}
        spellCheck={false}
        maxLength={300}
        {...form.getInputProps('groupsAttribute')}
      />
    </SimpleGrid>
  );
}
