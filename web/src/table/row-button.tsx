import { Button, type ButtonProps } from '@mantine/core';
import type { ReactNode } from 'react';

interface Props extends Pick<ButtonProps, 'leftSection' | 'loading'> {
  /** What it does, and to which entry, for those who do not see the row it stands in. */
  label: string;
  danger?: boolean;
  onClick: () => void;
  children: string;
}

/** Does something with one entry of a list. */
export function RowButton({ label, danger = false, children, ...props }: Props): ReactNode {
  return (
    <Button
      size="compact-sm"
      flex="none"
      variant="subtle"
      color={danger ? 'red' : undefined}
      aria-label={label}
      {...props}
    >
      {children}
    </Button>
  );
}
