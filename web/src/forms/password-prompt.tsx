import { Button, Group, PasswordInput, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Failure } from './failure';
import { useServerForm } from './use-server-form';

interface PasswordPromptProps {
  /** Why the password is asked for. */
  text: string;
  /** Whose password it is. */
  email: string;
  /** What the button does. */
  action: string;
  /** What stands beside the button: another way out. */
  otherwise: React.ReactNode;
  submit: (password: string) => Promise<void>;
}

/** Asks a person who is known already for the password; password managers fill it in. */
export function PasswordPrompt({ text, email, action, otherwise, submit }: PasswordPromptProps): React.ReactNode {
  const { t } = useTranslation();
  const {
    form,
    submit: submitForm,
    pending,
    failure,
  } = useServerForm({ initialValues: { password: '' } }, async ({ password }) => {
    await submit(password);
    form.reset();
  });
  return (
    <form onSubmit={submitForm}>
      <Stack>
        <Text>{text}</Text>
        <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
        <PasswordInput
          label={t('signIn.password')}
          name="password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          data-autofocus
          {...form.getInputProps('password')}
        />
        <Failure>{failure}</Failure>
        <Group justify="flex-end">
          {otherwise}
          <Button type="submit" loading={pending}>
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
