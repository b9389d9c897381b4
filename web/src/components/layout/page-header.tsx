import { Group, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTitle } from '../../app/use-title';

interface Props {
  title: string;
  /** What the page is for, where the title does not say it all. */
  text?: ReactNode;
  /** What can be done here, most important last. */
  children?: ReactNode;
}

/** The head of a page; gives the document its title, too. */
export function PageHeader({ title, text, children }: Props): ReactNode {
  useTitle(title);
  return (
    <Group justify="space-between" align="flex-start" gap="sm" mb="lg">
      <Stack gap={2} maw={680}>
        <Title order={1}>{title}</Title>
        {text && (
          <Text c="dimmed" component="div">
            {text}
          </Text>
        )}
      </Stack>
      {children && <Group gap="sm">{children}</Group>}
    </Group>
  );
}
