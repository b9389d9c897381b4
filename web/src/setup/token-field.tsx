import { Code, PasswordInput, Text } from '@mantine/core';
import { Trans, useTranslation } from 'react-i18next';

/** Asks for the setup token, and says where to find it. */
export function TokenField({
  value,
  onChange,
  error,
}: {
  value: string;
  onChange: (value: string) => void;
  error?: string;
}): React.ReactNode {
  const { t } = useTranslation();
  return (
    <PasswordInput
      label={t('setup.token')}
      description={
        <Text span size="xs">
          <Trans i18nKey="setup.tokenHint" components={{ file: <Code fz="xs">setup-token</Code> }} />
        </Text>
      }
      required
      withAsterisk={false}
      autoComplete="off"
      spellCheck={false}
      value={value}
      error={error}
      onChange={({ currentTarget }) => onChange(currentTarget.value.trim())}
    />
  );
}
