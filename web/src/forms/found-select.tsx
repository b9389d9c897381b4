import { Loader, Select, type SelectProps } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Problem } from '../api/problem';

export interface Choice {
  value: string;
  label: string;
}

export interface FoundSelectProps<Item> extends Omit<
  SelectProps,
  'data' | 'value' | 'onChange' | 'searchable' | 'filter'
> {
  value?: string | null | undefined;
  onChange?: (value: string | null) => void;
  /** Under which answers are remembered. */
  listKey: readonly unknown[];
  /** Has the server search; an empty text finds the first ones. */
  find: (search: string) => Promise<readonly Item[]>;
  /** The one that is chosen, which need not be among those found. */
  load: (value: string) => Promise<Item>;
  choiceOf: (item: Item) => Choice;
  /** Only those who may be chosen. */
  filter?: (item: Item) => boolean;
  /** Offered before all that is found. */
  first?: readonly Choice[];
}

/** Chooses one of a list by its name; the server searches, however long the list is. */
export function FoundSelect<Item>({
  value,
  onChange,
  listKey,
  find,
  load,
  choiceOf,
  filter = () => true,
  first = [],
  ...rest
}: FoundSelectProps<Item>): React.ReactNode {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const [picked, setPicked] = useState<Choice>();
  const chosen = first.find((each) => each.value === value) ?? picked;
  const [search] = useDebouncedValue(typed === chosen?.label ? '' : typed.trim(), 200);
  const { data = [], isFetching } = useQuery({
    queryKey: [...listKey, 'select', search],
    queryFn: () => find(search),
    placeholderData: keepPreviousData,
  });
  // Chosen before, not here: the label is asked for.
  const isStrange = value !== null && value !== undefined && value !== chosen?.value;
  const { data: named } = useQuery({
    queryKey: [...listKey, 'named', value],
    queryFn: () => unlessGone(load(value ?? '')),
    enabled: isStrange,
  });
  const strange = named && choiceOf(named);
  if (isStrange && strange?.value === value) setPicked(strange);
  const found = data.filter(filter).map(choiceOf);
  const all = [...first, ...found];
  if (chosen?.value === value && chosen && !all.some((each) => each.value === value)) all.unshift(chosen);
  return (
    <Select
      {...rest}
      searchable
      clearButtonProps={{ 'aria-label': t('show.clear') }}
      data={all}
      // The server has searched.
      filter={({ options }) => options}
      {...(value === undefined ? {} : { value })}
      searchValue={typed}
      onSearchChange={setTyped}
      onChange={(next, option) => {
        setPicked(option ? { value: option.value, label: option.label } : undefined);
        onChange?.(next);
      }}
      rightSection={isFetching ? <Loader size={14} /> : undefined}
    />
  );
}

/** Null: it is not there, or not any more. */
async function unlessGone<T>(loading: Promise<T>): Promise<T | null> {
  try {
    return await loading;
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return null;
    throw error;
  }
}
