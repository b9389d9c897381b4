import { Button } from '@mantine/core';

/** Something that can be done with the selected entries. */
export function BulkButton(props: {
  danger?: boolean;
  onClick: () => void;
  children: React.ReactNode;
}): React.ReactNode {
  const { danger = false, onClick, children } = props;
  return (
    <Button size="compact-sm" variant="light" {...(danger ? { color: 'red' } : {})} onClick={onClick}>
      {children}
    </Button>
  );
}
