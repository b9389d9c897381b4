import { Card, Group, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useId } from 'react';

interface Props {
  title: string;
  text?: ReactNode;
  /** Stands beside the title. */
  actions?: ReactNode;
  /** For links to it. */
  id?: string;
  children?: ReactNode;
}

/** A part of a page, with its own heading. */
export function Section({ title, text, actions, id, children }: Props): ReactNode {
  const heading = useId();
  return (
    <Card component="section" id={id} aria-labelledby={heading}>
      <Stack gap="md">
        <Group justify="space-between" align="flex-start" gap="sm">
          <Stack gap={2}>
            <Title order={2} id={heading}>
              {title}
            </Title>
            {text && (
              <Text size="sm" c="dimmed" component="div" maw={620}>
                {text}
              </Text>
            )}
          </Stack>
          {actions}
        </Group>
        {children}
      </Stack>
    </Card>
  );
}
