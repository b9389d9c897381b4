import { PasswordInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useTranslation } from 'react-i18next';

/** Two times the same new password; the server has the last word on whether it is good. */
export function NewPasswordFields<V extends { password: string; again: string }>({
  form,
}: {
  form: UseFormReturnType<V>;
}): React.ReactNode {
  const { t } = useTranslation();
  return (
    <>
      <PasswordInput
        label={t('signIn.newPassword')}
        description={t('signIn.passwordHint')}
        autoComplete="new-password"
        required
        withAsterisk={false}
        maxLength={128}
        {...form.getInputProps('password')}
      />
      <PasswordInput
        label={t('signIn.again')}
        autoComplete="new-password"
        required
        withAsterisk={false}
        maxLength={128}
        {...form.getInputProps('again')}
      />
    </>
  );
}
