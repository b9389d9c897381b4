import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Column } from './column';
import {
  lastPageBefore,
  nextSort,
  type Page,
  pageIndexOf,
  type PageRequest,
  pageSizeOf,
  pageSizes,
  sortOf,
} from './list-request';
import { useAddressState } from './use-address-state';

/** Where a list comes from. */
export interface ListSource<T> {
  queryKey: readonly unknown[];
  fetchPage: (request: PageRequest) => Promise<Page<T>>;
  columns: readonly Column<T>[];
  /** `field` or `field,desc`, as the server reads it. */
  defaultSort?: string;
  searchable?: boolean;
  /** No event announces changes: the list is fetched every two seconds while its page is visible. */
  polled?: boolean;
}

/** A list as its page shows it now, and the ways to change that. */
export interface ServerList<T> {
  query: UseQueryResult<Page<T>>;
  request: PageRequest;
  /** What is in the search field; `request.search` follows a moment later. */
  typed: string;
  /** There are no entries, and no search that could be the reason. */
  untouched: boolean;
  /** The next order of a column. */
  sortBy: (key: string) => void;
  /** @param sort `field` or `field,desc` */
  setSort: (sort: string) => void;
  find: (text: string) => void;
  /** @param page counted from 1 */
  turnTo: (page: number) => void;
  resize: (size: string) => void;
}

const pollMillis = 2000;
/** After the last key in a search field: the whole search is to take less than 150 ms. */
const typingMillis = 80;

/** The page, the order and the search of a list in the address of its page, and the entries that go with them. */
export function useServerList<T>(source: ListSource<T>): ServerList<T> {
  const { queryKey, fetchPage, columns, defaultSort, searchable = true, polled = false } = source;
  const [fields, setFields] = useAddressState({
    ...{ page: '1', size: String(pageSizes[0]), sort: defaultSort ?? '' },
    // Another list may have its own search in the address.
    ...(searchable ? { search: '' } : {}),
  });
  const typed = fields.search ?? '';
  const [debounced] = useDebouncedValue(typed.trim(), typingMillis);
  const search = typed === '' ? '' : debounced;
  const turnTo = (page: number): void => setFields({ page: String(page) });
  const isSameSubject = useSubject(queryKey, () => fields.page !== '1' && turnTo(1));
  const page = isSameSubject ? pageIndexOf(fields.page) : 0;
  const sort = sortOf(fields.sort, columns) ?? defaultSort;
  const request: PageRequest = { page, size: pageSizeOf(fields.size), sort, search: search || undefined };
  const query = useQuery({
    queryKey: [...queryKey, request],
    queryFn: () => fetchPage(request),
    placeholderData: keepPreviousData,
    refetchInterval: polled && pollMillis,
  });
  const lastPage = query.isPlaceholderData ? undefined : lastPageBefore(query.data, page);
  useEffect(() => {
    if (lastPage !== undefined) turnTo(lastPage);
  });
  return {
    ...{ query, request, typed, turnTo },
    untouched: query.data?.totalElements === 0 && search === '',
    sortBy: (key) => setFields({ sort: nextSort(sort, key, defaultSort), page: '1' }),
    setSort: (next) => setFields({ sort: next, page: '1' }),
    find: (text) => setFields({ search: text, page: '1' }),
    resize: (size) => setFields({ size, page: '1' }),
  };
}

/**
 * Another list in the same place begins at its first page.
 *
 * @param onChange goes to that page
 * @returns whether it is still the list of the last rendering
 */
function useSubject(queryKey: readonly unknown[], onChange: () => void): boolean {
  const subject = JSON.stringify(queryKey);
  const [shown, setShown] = useState(subject);
  useEffect(() => {
    if (subject === shown) return;
    setShown(subject);
    onChange();
  }, [subject, shown, onChange]);
  return subject === shown;
}
