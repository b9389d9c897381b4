import { Box, Card, Center, Group, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { ConnectionBanner } from './connection-banner';
import { LanguageSwitch } from './menu/language-switch';
import { SiteMark } from '../branding/site-mark';
import { useTitle } from './use-title';

interface Props {
  title: string;
  text?: ReactNode;
  /** Pixels. */
  width?: number;
  children?: ReactNode;
}

/** A page for people who are not signed in: one card, nothing beside it. */
export function LonePage({ title, text, width = 440, children }: Props): ReactNode {
  useTitle(title);
  return (
    <Stack mih="100dvh" gap={0}>
      <ConnectionBanner />
      <Group component="header" justify="space-between" p="md">
        <SiteMark />
        <LanguageSwitch />
      </Group>
      <Center component="main" id="main" flex={1} px="md" pb={96} pt="md">
        <Card w="100%" maw={width} p={{ base: 'lg', xs: 32 }} shadow="xs">
          <Stack gap="lg">
            <Box>
              <Title order={1}>{title}</Title>
              {text && (
                <Text c="dimmed" mt={4} component="div">
                  {text}
                </Text>
              )}
            </Box>
            {children}
          </Stack>
        </Card>
      </Center>
    </Stack>
  );
}
