import { Group, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useTranslation } from 'react-i18next';

/** The first and the last name of a person, side by side where there is room. */
export function NameFields<V extends { firstName: string; lastName: string }>({
  form,
}: {
  form: UseFormReturnType<V>;
}): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Group grow preventGrowOverflow={false} align="flex-start">
      <TextInput
        label={t('setup.account.firstName')}
        autoComplete="given-name"
        maxLength={100}
        {...form.getInputProps('firstName')}
      />
      <TextInput
        label={t('setup.account.lastName')}
        autoComplete="family-name"
        maxLength={100}
        {...form.getInputProps('lastName')}
      />
    </Group>
  );
}
