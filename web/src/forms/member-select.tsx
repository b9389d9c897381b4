import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MemberView } from '../../generated/api';
import { answer, api } from '../api/client';
import { organizationKey } from '../api/queries';
import { nameOf } from '../show/person';

interface Props {
  organizationId: number;
  label: string;
  description?: string;
  /** Only those who may be chosen. */
  filter?: (member: MemberView) => boolean;
  value?: string | null;
  onChange?: (userId: string | null) => void;
  error?: React.ReactNode;
}

/** Chooses a member of the organization; the server searches among all of them. */
export function MemberSelect({
  organizationId,
  label,
  description,
  filter,
  value,
  onChange,
  error,
}: Props): React.ReactNode {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState<{ value: string; label: string }>();
  const [search] = useDebouncedValue(typed.trim(), 200);
  const asked = chosen?.label === search ? '' : search;
  const { data } = useQuery({
    queryKey: organizationKey(organizationId, 'members', 'select', asked),
    queryFn: () =>
      answer(
        api.GET('/api/v1/organizations/{organizationId}/members', {
          params: { path: { organizationId }, query: { size: 30, sort: 'name', search: asked || undefined } },
        }),
      ),
    placeholderData: keepPreviousData,
  });
  const found = (data?.content ?? [])
    .filter((member) => !filter || filter(member))
    .map((member) => ({ value: String(member.userId), label: labelOf(member) }));
  const options = chosen && !found.some((each) => each.value === chosen.value) ? [...found, chosen] : found;
  return (
    <Select
      label={label}
      description={description}
      placeholder={t('app.memberSelect.placeholder')}
      nothingFoundMessage={t('app.memberSelect.none')}
      searchable
      // The server has searched already.
      filter={({ options: all }) => all}
      data={options}
      value={value}
      onChange={(userId, option) => {
        setChosen(userId && option ? option : undefined);
        onChange?.(userId);
      }}
      searchValue={typed}
      onSearchChange={setTyped}
      error={error}
      data-autofocus
    />
  );
}

function labelOf(member: MemberView): string {
  const name = nameOf(member);
  return name === member.email ? name : `${name} (${member.email})`;
}
