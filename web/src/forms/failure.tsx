import { Alert } from '@mantine/core';
import { CircleAlert } from 'lucide-react';

/** What is wrong and belongs to no single field; read out when it appears. */
export function Failure({ children }: { children: string | undefined }): React.ReactNode {
  if (!children) return null;
  return (
    <Alert color="red" variant="light" icon={<CircleAlert size={18} aria-hidden />} role="alert" p="sm">
      {children}
    </Alert>
  );
}
