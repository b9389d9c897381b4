import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useOrganization } from './use-me';

type Subject = { userId: number } | { machineId: string };

interface SubjectLinkProps {
  organizationId: number;
  subject: Subject;
  fw?: number;
  children: ReactNode;
}

/** Leads to the page of a person or a machine. */
export function SubjectLink({ organizationId, subject, fw, children }: SubjectLinkProps): ReactNode {
  const page = 'userId' in subject ? 'users/$userId' : 'machines/$machineId';
  const target = { to: `/organizations/$organizationId/${page}`, params: { organizationId, ...subject } };
  return (
    <Anchor component={Link} {...(target as { to: '/' })} underline="hover" inherit {...(fw !== undefined && { fw })}>
      {children}
    </Anchor>
  );
}

/** The name of a person, which leads to their page where the reader may see it. Null: no member that is known. */
export function MemberLink({ userId, children }: { userId: number | null; children: ReactNode }): ReactNode {
  const { id: organizationId, may } = useOrganization();
  if (userId === null || !may('member.view')) return children;
  return (
    <SubjectLink organizationId={organizationId} subject={{ userId }}>
      {children}
    </SubjectLink>
  );
}

/** The name of a machine, which leads to its page where the reader may see it. */
export function MachineLink({ machineId, children }: { machineId: string; children: ReactNode }): ReactNode {
  const { id: organizationId, may } = useOrganization();
  if (!may('machine.view')) return children;
  return (
    <SubjectLink organizationId={organizationId} subject={{ machineId }}>
      {children}
    </SubjectLink>
  );
}
