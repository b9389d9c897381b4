import { Card, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

interface Props {
  label: string;
  value: number;
  /** Wants to be looked into. */
  alarming?: boolean;
}

/** One number, large; within a `dl`. */
export function Figure({ label, value, alarming = false }: Props): React.ReactNode {
  const { i18n } = useTranslation();
  return (
    <Card component="div" p={{ base: 'sm', xs: 'md' }}>
      <Text component="dt" size="sm" c="dimmed">
        {label}
      </Text>
      <Text
        component="dd"
        m={0}
        fz={30}
        fw={640}
        lh={1.2}
        className="numbers"
        c={alarming ? 'var(--mantine-color-error)' : undefined}
      >
        {new Intl.NumberFormat(i18n.language).format(value)}
      </Text>
    </Card>
  );
}
