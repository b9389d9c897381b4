import { PasswordInput, SimpleGrid, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';

type Field = 'tokenUrl' | 'clientId' | 'clientSecret' | 'scope';

interface Props {
  /** Whether a client secret is stored. */
  hasSecret: boolean;
  /** What the form gives to the input of a field. */
  field: (name: Field) => object;
}

/** Where the access tokens come from that take the place of a mail server's password. */
export function TokenFields({ hasSecret, field }: Props): React.ReactNode {
  const { t } = useTranslation();
  const plain = { autoComplete: 'off', spellCheck: false };
  return (
    <>
      <TextInput
        label={t('mail.tokenUrl')}
        placeholder="https://login.microsoftonline.com/TENANT/oauth2/v2.0/token"
        maxLength={2000}
        {...plain}
        {...field('tokenUrl')}
      />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextInput label={t('mail.clientId')} maxLength={500} {...plain} {...field('clientId')} />
        <PasswordInput
          label={t('mail.clientSecret')}
          placeholder={hasSecret ? '••••••••' : undefined}
          maxLength={2000}
          autoComplete="new-password"
          {...field('clientSecret')}
        />
      </SimpleGrid>
      <TextInput
        label={t('mail.scope')}
        placeholder="https://outlook.office365.com/.default"
        maxLength={1000}
        {...plain}
        {...field('scope')}
      />
    </>
  );
}
