import { Code, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

interface ErrorProps {
  /** As the server says it, in English. */
  error: string;
  status: number | null;
}

/** Why something was not delivered, in the reader's language where the server's sentence is known. */
export function DeliveryError({ error, status }: ErrorProps): React.ReactNode {
  const { t } = useTranslation();
  if (status !== null) {
    const isRedirect = status >= 300 && status < 400;
    return isRedirect ? t('webhooks.errors.redirect', { status }) : t('webhooks.errors.answer', { status });
  }
  return error.startsWith('There was no HTTP answer') ? t('webhooks.errors.noAnswer') : error;
}

/** The body of a request or an answer. */
export function Excerpt({ label, text }: { label: string; text: string }): React.ReactNode {
  return (
    <Stack gap={4}>
      <Text size="sm" fw={500}>
        {label}
      </Text>
      <Code
        block
        className="break"
        style={{ whiteSpace: 'pre-wrap', maxHeight: 260, overflow: 'auto' }}
        tabIndex={0}
        role="region"
        aria-label={label}
      >
        {readable(text)}
      </Code>
    </Stack>
  );
}

function readable(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
