import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Failure } from '../forms/failure';
import { useServerForm } from '../forms/use-server-form';

interface Props {
  /** What the button does. */
  action: string;
  /** What stands beside the button: another way out. */
  otherwise: React.ReactNode;
  submit: (code: string) => Promise<void>;
}

/** Asks a person who is known already for a code of the app, or a recovery code. */
export function CodePrompt({ action, otherwise, submit }: Props): React.ReactNode {
  const { t } = useTranslation();
  const {
    form,
    submit: submitForm,
    pending,
    failure,
  } = useServerForm({ initialValues: { code: '' } }, ({ code }) => submit(code));
  return (
    <form onSubmit={submitForm}>
      <Stack>
        <Text>{t('secondFactor.confirm.text')}</Text>
        <TextInput
          label={t('secondFactor.code')}
          name="code"
          autoComplete="one-time-code"
          maxLength={40}
          required
          withAsterisk={false}
          autoFocus
          data-autofocus
          {...form.getInputProps('code')}
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
