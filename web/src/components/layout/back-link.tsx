import { Anchor } from '@mantine/core';
import { Link, type LinkProps } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';

interface Props {
  to: LinkProps['to'];
  params: object;
  search?: object;
  children: string;
}

/** Above the head of a page: the list that it belongs to. */
export function BackLink({ to, params, search = {}, children }: Props): React.ReactNode {
  return (
    <Anchor
      component={Link}
      to={to}
      params={params as never}
      search={search as never}
      size="sm"
      mb="xs"
      display="inline-flex"
      style={{ alignItems: 'center', gap: 4 }}
    >
      <ArrowLeft size={14} aria-hidden />
      {children}
    </Anchor>
  );
}
