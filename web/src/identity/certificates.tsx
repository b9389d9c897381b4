import { Textarea } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ProviderFormState } from './provider-values';

/** The private authority that has signed the provider's certificate. */
export function Certificates({ state: { form } }: { state: ProviderFormState }): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Textarea
      label={t('mail.authority')}
      description={t('singleSignOn.admin.authorityHint')}
      placeholder="-----BEGIN CERTIFICATE-----"
      autosize
      minRows={2}
      maxRows={10}
      spellCheck={false}
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 13 } }}
      {...form.getInputProps('caCertificate')}
    />
  );
}
