import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Building, Monitor, MonitorCheck, User, UserCog } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '../api/client';
import { mayDo, type Permission } from '../api/permissions';
import { useMe } from '../app/use-me';
import { nameOf } from '../components/person';
import type { EntryGroup } from './entries';

/** Of each kind; a search that finds more is refined. */
const shown = 5;
const nothing = { content: [] };

/**
 * People, machines and sessions of the organization, accounts and organizations of the server: what the reader may see and the text is in.
 */
export function useFound(
  typed: string,
  organizationId: number | undefined,
): { groups: EntryGroup[]; pending: boolean } {
  const me = useMe();
  const [search] = useDebouncedValue(typed.trim(), 200);
  const organization = me.organizations.find(({ id }) => id === organizationId);
  const may = (needed: Permission): boolean => organizationId !== undefined && mayDo(me, organization, needed);
  const { data, isFetching } = useQuery({
    queryKey: ['palette', organizationId, search],
    queryFn: () => ask(search, organizationId ?? 0, { may, root: me.root }),
    enabled: search.length >= 2,
    placeholderData: keepPreviousData,
  });
  const groups = useGroups(organizationId, search.length >= 2 ? data : undefined);
  return { groups, pending: isFetching || search !== typed.trim() };
}

type Found = Awaited<ReturnType<typeof ask>>;

async function ask(
  search: string,
  organizationId: number,
  { may, root }: { may: (needed: Permission) => boolean; root: boolean },
) {
  const params = { path: { organizationId }, query: { search, size: shown } };
  const [people, machines, sessions, accounts, organizations] = await Promise.all([
    may('member.view') ? answer(api.GET('/api/v1/organizations/{organizationId}/members', { params })) : nothing,
    may('machine.view') ? answer(api.GET('/api/v1/organizations/{organizationId}/machines', { params })) : nothing,
    may('machine.view')
      ? answer(api.GET('/api/v1/organizations/{organizationId}/online-licenses', { params }))
      : nothing,
    root ? answer(api.GET('/api/v1/users', { params: { query: params.query } })) : nothing,
    answer(api.GET('/api/v1/organizations', { params: { query: params.query } })),
  ]);
  return {
    people: people.content,
    machines: machines.content,
    sessions: sessions.content,
    accounts: accounts.content,
    organizations: organizations.content,
  };
}

function useGroups(organizationId: number | undefined, found: Found | undefined): EntryGroup[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  if (!found) return [];
  const toMachine = (machineId: string) => () =>
    void navigate({
      to: '/organizations/$organizationId/machines/$machineId',
      params: { organizationId, machineId },
    } as never);
  const people = found.people.map((person) => ({
    ...{ id: `person ${person.userId}`, label: nameOf(person), description: person.email, icon: User },
    run: () =>
      void navigate({
        to: '/organizations/$organizationId/users/$userId',
        params: { organizationId, userId: person.userId },
      } as never),
  }));
  const machines = found.machines.map(({ machineId, product, hostname }) => ({
    ...{ id: `machine ${machineId} ${product}`, label: hostname ?? machineId, icon: Monitor },
    ...{ description: t(`app.productName.${product}`), run: toMachine(machineId) },
  }));
  const sessions = found.sessions.map(({ id, email, hostname, machineId, product }) => ({
    ...{ id: `session ${id}`, label: `${email}, ${hostname ?? machineId}`, icon: MonitorCheck },
    ...{ description: t(`app.productName.${product}`), run: toMachine(machineId) },
  }));
  const accounts = found.accounts.map((account) => ({
    ...{ id: `account ${account.id}`, label: nameOf(account), description: account.email, icon: UserCog },
    run: () => void navigate({ to: '/server/users', search: { search: account.email } } as never),
  }));
  const organizations = found.organizations.map(({ id, name }) => ({
    ...{ id: `organization ${id}`, label: name, icon: Building },
    run: () =>
      void navigate({ to: '/organizations/$organizationId/dashboard', params: { organizationId: id } as never }),
  }));
  return [
    { title: t('palette.people'), entries: people },
    { title: t('palette.machines'), entries: machines },
    { title: t('palette.sessions'), entries: sessions },
    { title: t('palette.accounts'), entries: accounts },
    { title: t('palette.organizations'), entries: organizations },
  ];
}
