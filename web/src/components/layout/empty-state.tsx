import { Center, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

interface Props {
  icon: LucideIcon;
  title: string;
  /** What to do next. */
  text?: string;
  /** Stands for a whole page: its title is the page's first heading. */
  page?: boolean;
  /** The way out. */
  children?: ReactNode;
}

/** There is nothing here, and what to do about it. */
export function EmptyState({ icon: Icon, title, text, page = false, children }: Props): ReactNode {
  return (
    <Center py={page ? 80 : 40} px="md">
      <Stack align="center" gap="sm" maw={460} ta="center">
        <ThemeIcon size={52} radius="xl" variant="light">
          <Icon size={26} strokeWidth={1.75} aria-hidden />
        </ThemeIcon>
        <Title order={page ? 1 : 3}>{title}</Title>
        {text && <Text c="dimmed">{text}</Text>}
        {children}
      </Stack>
    </Center>
  );
}
