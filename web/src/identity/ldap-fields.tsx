import { PasswordInput, SimpleGrid, Switch, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Certificates } from './certificates';
import type { ProviderFormState } from './provider-values';

const places = ['userBase', 'userFilter', 'groupBase', 'groupFilter'] as const;

const examples = {
  userBase: 'ou=people,dc=example,dc=com',
  userFilter: '(mail={user})',
  groupBase: 'ou=groups,dc=example,dc=com',
  groupFilter: '(member={dn})',
};

/** How a directory is reached and searched. */
export function LdapFields({ state }: { state: ProviderFormState }): React.ReactNode {
  const { t } = useTranslation();
  const { form, basis } = state;
  return (
    <>
      <TextInput
        label={t('singleSignOn.admin.url')}
        description={t('singleSignOn.admin.urlHint')}
        placeholder="ldaps://dc1.example.com ldaps://dc2.example.com"
        required
        withAsterisk={false}
        spellCheck={false}
        {...form.getInputProps('url')}
      />
      <Switch label={t('singleSignOn.admin.startTls')} {...form.getInputProps('startTls', { type: 'checkbox' })} />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextInput
          label={t('singleSignOn.admin.bindDn')}
          description={t('singleSignOn.admin.bindDnHint')}
          spellCheck={false}
          autoComplete="off"
          {...form.getInputProps('bindDn')}
        />
        <PasswordInput
          label={t('mail.password')}
          description={t(
            basis.hasBindPassword ? 'singleSignOn.admin.secretStored' : 'singleSignOn.admin.bindPasswordHint',
          )}
          placeholder={basis.hasBindPassword ? '••••••••' : undefined}
          autoComplete="new-password"
          {...form.getInputProps('bindPassword')}
        />
        {places.map((field) => (
          <TextInput
            key={field}
            label={t(`singleSignOn.admin.${field}`)}
            placeholder={examples[field]}
            required={field === 'userBase'}
            withAsterisk={false}
            spellCheck={false}
            {...form.getInputProps(field)}
          />
        ))}
      </SimpleGrid>
      <Certificates state={state} />
    </>
  );
}
