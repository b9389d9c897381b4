import { Code, Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyButton } from './copy-button';

/** A text that is needed elsewhere, letter by letter. */
export function CopyLine({ label, value }: { label: string; value: string }): ReactNode {
  const { t } = useTranslation();
  return (
    <Stack gap={4}>
      <Text size="sm" fw={600}>
        {label}
      </Text>
      <Group gap={4} wrap="nowrap" align="flex-start">
        <Code block className="break" flex={1} fz="sm" style={{ whiteSpace: 'pre-wrap' }}>
          {value}
        </Code>
        <CopyButton value={value} label={t('show.copyOf', { what: label })} />
      </Group>
    </Stack>
  );
}
