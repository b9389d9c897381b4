import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useOrganization } from './use-me';

/** The name of a person, which leads to their page where the reader may see it. Null: no member that is known. */
export function MemberLink({ userId, children }: { userId: number | null; children: ReactNode }): ReactNode {
  const { id: organizationId, may } = useOrganization();
  if (userId === null || !may('member.view')) return children;
  return (
    <Anchor
      component={Link}
      to="/organizations/$organizationId/users/$userId"
      params={{ organizationId, userId } as never}
      underline="hover"
      inherit
    >
      {children}
    </Anchor>
  );
}

/** The name of a machine, which leads to its page where the reader may see it. */
export function MachineLink({ machineId, children }: { machineId: string; children: ReactNode }): ReactNode {
  const { id: organizationId, may } = useOrganization();
  if (!may('machine.view')) return children;
  return (
    <Anchor
      component={Link}
      to="/organizations/$organizationId/machines/$machineId"
      params={{ organizationId, machineId } as never}
      underline="hover"
      inherit
    >
      {children}
    </Anchor>
  );
}
