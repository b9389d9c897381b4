import { Loader, Select, type SelectProps } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MemberPage, MemberView } from '../../generated/api';
import { answer, api } from '../api/client';
import { Problem } from '../api/problem';
import { organizationKey } from '../api/queries';
import { nameOf } from '../components/person';

interface Props extends Omit<SelectProps, 'data' | 'value' | 'onChange' | 'searchable' | 'filter'> {
  organizationId: number;
  /** The id of a user, as text; null: no user. */
  value?: string | null;
  onChange?: (value: string | null) => void;
  /** Leaves out service accounts. */
  peopleOnly?: boolean;
  /** Only those who may be chosen. */
  filter?: (member: MemberView) => boolean;
}

/** Chooses a member by name or address, or a service account; the server searches, whatever their number. */
export function MemberSelect({
  organizationId,
  value,
  onChange,
  peopleOnly = false,
  filter = () => true,
  ...rest
}: Props): React.ReactNode {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState<{ value: string; label: string }>();
  const wanted = typed === chosen?.label ? '' : typed.trim();
  const [search] = useDebouncedValue(wanted, 200);
  const { data, isFetching } = useFound(organizationId, search, !peopleOnly);
  // Chosen by a link, not here: the label is asked for.
  const isStrange = value !== null && value !== undefined && value !== chosen?.value;
  const { data: named } = useQuery({
    queryKey: organizationKey(organizationId, 'members', 'named', value),
    queryFn: () => memberWith(organizationId, Number(value)),
    enabled: isStrange,
  });
  if (isStrange && named?.userId === Number(value)) setChosen(optionOf(named));
  const found = (data?.content ?? []).filter(filter).map(optionOf);
  if (chosen && chosen.value === value && !found.some((each) => each.value === value)) found.unshift(chosen);
  return (
    <Select
      placeholder={t('show.member.choose')}
      nothingFoundMessage={t('show.member.none')}
      {...rest}
      searchable
      clearable
      clearButtonProps={{ 'aria-label': t('show.clear') }}
      data={found}
      // The server has searched.
      filter={({ options }) => options}
      value={value}
      searchValue={typed}
      onSearchChange={setTyped}
      onChange={(id, option) => {
        setChosen(option ? { value: option.value, label: option.label } : undefined);
        onChange?.(id);
      }}
      rightSection={isFetching ? <Loader size={14} /> : undefined}
    />
  );
}

function useFound(organizationId: number, search: string, serviceAccounts: boolean): UseQueryResult<MemberPage> {
  return useQuery({
    queryKey: organizationKey(organizationId, 'members', 'select', search, serviceAccounts),
    queryFn: () =>
      answer(
        api.GET('/api/v1/organizations/{organizationId}/members', {
          params: {
            path: { organizationId },
            query: { size: 20, sort: 'email', search: search || undefined, serviceAccounts },
          },
        }),
      ),
    placeholderData: keepPreviousData,
  });
}

function optionOf(member: MemberView): { value: string; label: string } {
  const name = nameOf(member);
  return { value: String(member.userId), label: name === member.email ? name : `${name} (${member.email})` };
}

/** Null: not a member, or not any more. */
async function memberWith(organizationId: number, userId: number): Promise<MemberView | null> {
  const path = { organizationId, userId };
  try {
    return await answer(api.GET('/api/v1/organizations/{organizationId}/members/{userId}', { params: { path } }));
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return null;
    throw error;
  }
}
