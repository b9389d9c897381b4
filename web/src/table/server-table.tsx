import {
  Button,
  CloseButton,
  Group,
  Pagination,
  Select,
  Skeleton,
  Table,
  Text,
  TextInput,
  UnstyledButton,
} from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { ArrowDown, ArrowUp, ArrowUpDown, CircleAlert, RefreshCw, Search, SearchX } from 'lucide-react';
import { useEffect, useId, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../components/empty-state';
import { describeError } from '../components/notify';
import classes from './server-table.module.css';
import { useAddressState } from './use-address-state';

/** A page as the server's lists answer. */
export interface Page<T> {
  content: T[];
  totalElements: number;
  totalPages: number;
  page: number;
  size: number;
}

/** What a list is asked for. */
export interface PageRequest {
  page: number;
  size: number;
  sort?: string;
  search?: string;
}

export interface Column<T> {
  /** Tells columns apart; with `sortable`, the server's name of it. */
  key: string;
  title: string;
  /** The server sorts by `key`. */
  sortable?: boolean;
  /** Numbers and actions stand at the end. */
  end?: boolean;
  /** Pixels that it has at least, where the window has room for columns. */
  minWidth?: number;
  render: (row: T) => ReactNode;
}

interface Props<T> {
  /** What the table is a list of, for those who do not see it. */
  label: string;
  queryKey: readonly unknown[];
  fetchPage: (request: PageRequest) => Promise<Page<T>>;
  columns: readonly Column<T>[];
  rowKey: (row: T) => string | number;
  /** `field` or `field,desc`, as the server reads it. */
  defaultSort?: string;
  searchable?: boolean;
  /** Stands beside the search. */
  toolbar?: ReactNode;
  /** The toolbar has narrowed the list: it stays, even if nothing is left. */
  filtered?: boolean;
  /** No event tells of changes: the list is asked for again and again, as long as somebody looks at it. */
  polled?: boolean;
  /** Shown in place of a list that is empty without any search. */
  empty: ReactNode;
}

const sizes = [25, 50, 100] as const;
const pollMillis = 2000;

/**
 * A list that the server pages, sorts and searches: as fast with ten thousand entries as with ten. While a page is on its
 * way the one before stays.
 */
export function ServerTable<T>(props: Props<T>): ReactNode {
  const {
    label,
    queryKey,
    fetchPage,
    columns,
    rowKey,
    defaultSort,
    searchable = true,
    toolbar,
    filtered = false,
    polled = false,
    empty,
  } = props;
  const { t } = useTranslation();
  const [list, setList] = useAddressState({
    ...{ page: '1', size: String(sizes[0]), sort: defaultSort ?? '' },
    // Another list may have its own search in the address.
    ...(searchable ? { search: '' } : {}),
  });
  const typed = list.search ?? '';
  const [debounced] = useDebouncedValue(typed.trim(), 250);
  const search = typed === '' ? '' : debounced;
  const statusId = useId();
  // Another list in the same place begins at its first page.
  const subject = JSON.stringify(queryKey);
  const [shown, setShown] = useState(subject);
  const size = sizes.find((each) => String(each) === list.size) ?? sizes[0];
  const page = subject === shown ? pageOf(list.page) : 0;
  const sort = sortOf(list.sort, columns) ?? defaultSort;
  const request: PageRequest = { page, size, sort, search: search || undefined };
  const query = useQuery({
    queryKey: [...queryKey, request],
    queryFn: () => fetchPage(request),
    placeholderData: keepPreviousData,
    refetchInterval: polled && pollMillis,
  });
  const { data, error } = query;

  useEffect(() => {
    if (subject === shown) return;
    setShown(subject);
    if (list.page !== '1') setList({ page: '1' });
  }, [subject, shown, list.page, setList]);
  // The last entry of the last page has gone.
  const lastPage = data?.content.length === 0 && page > 0 && !query.isPlaceholderData ? data.totalPages : undefined;
  useEffect(() => {
    if (lastPage !== undefined) setList({ page: String(Math.max(1, lastPage)) });
  });

  const sortBy = (key: string): void => {
    const next = sort === key ? `${key},desc` : sort === `${key},desc` ? (defaultSort ?? '') : key;
    setList({ sort: next, page: '1' });
  };
  const find = (text: string): void => setList({ search: text, page: '1' });

  const untouched = data?.totalElements === 0 && search === '';
  return (
    <div>
      {(searchable || toolbar) && (!untouched || filtered) && (
        <Group mb="sm" gap="sm" justify="space-between">
          {searchable ? (
            <TextInput
              value={typed}
              onChange={({ currentTarget }) => find(currentTarget.value)}
              placeholder={t('app.table.search')}
              aria-label={`${t('app.table.search')}: ${label}`}
              leftSection={<Search size={16} aria-hidden />}
              rightSection={
                typed ? <CloseButton size="sm" aria-label={t('app.table.clear')} onClick={() => find('')} /> : null
              }
              w={{ base: '100%', xs: 280 }}
              maxLength={255}
            />
          ) : (
            <span />
          )}
          {toolbar}
        </Group>
      )}
      <div className={classes.frame}>
        {error && !data ? (
          <EmptyState icon={CircleAlert} title={t('app.table.failed')} text={describeError(error)}>
            <Button
              variant="light"
              leftSection={<RefreshCw size={16} aria-hidden />}
              onClick={() => void query.refetch()}
            >
              {t('app.table.retry')}
            </Button>
          </EmptyState>
        ) : untouched ? (
          empty
        ) : data?.content.length === 0 ? (
          <EmptyState icon={SearchX} title={t('app.table.noMatch', { search })} text={t('app.table.noMatchText')}>
            <Button variant="light" onClick={() => find('')}>
              {t('app.table.clear')}
            </Button>
          </EmptyState>
        ) : (
          <div className={classes.scroll}>
            <Table
              className={`${classes.table} ${query.isPlaceholderData ? classes.stale : ''}`}
              role="table"
              aria-label={label}
              aria-describedby={statusId}
              aria-busy={query.isPending || query.isPlaceholderData}
              highlightOnHover
              verticalSpacing="xs"
              horizontalSpacing="md"
              borderColor="var(--line)"
            >
              <Table.Thead className={classes.head} role="rowgroup">
                <Table.Tr role="row">
                  {columns.map((column) => (
                    <Table.Th
                      key={column.key}
                      role="columnheader"
                      scope="col"
                      className={column.end ? classes.end : undefined}
                      style={{ minWidth: column.minWidth }}
                      aria-sort={ariaSort(sort, column.key)}
                    >
                      {column.sortable ? (
                        <UnstyledButton
                          className={classes.sort}
                          data-active={ariaSort(sort, column.key) !== undefined || undefined}
                          onClick={() => sortBy(column.key)}
                        >
                          {column.title}
                          <SortIcon state={ariaSort(sort, column.key)} />
                        </UnstyledButton>
                      ) : (
                        column.title
                      )}
                    </Table.Th>
                  ))}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody role="rowgroup">
                {data
                  ? data.content.map((row) => (
                      <Table.Tr key={rowKey(row)} role="row">
                        {columns.map((column) => (
                          <Table.Td
                            key={column.key}
                            role="cell"
                            data-label={column.title}
                            className={column.end ? classes.end : undefined}
                          >
                            {column.render(row)}
                          </Table.Td>
                        ))}
                      </Table.Tr>
                    ))
                  : Array.from({ length: 5 }, (_, index) => (
                      <Table.Tr key={index} role="row">
                        {columns.map((column) => (
                          <Table.Td key={column.key} role="cell">
                            <Skeleton h={14} my={5} w={column.end ? 40 : '70%'} />
                          </Table.Td>
                        ))}
                      </Table.Tr>
                    ))}
              </Table.Tbody>
            </Table>
          </div>
        )}
      </div>
      <Group mt="sm" justify="space-between" gap="sm" mih={30} style={untouched ? { display: 'none' } : undefined}>
        <Text id={statusId} size="sm" c="dimmed" className="numbers" role="status">
          {data && data.totalElements > 0 && rangeOf(data, t)}
        </Text>
        {data && data.totalElements > 25 && (
          <Group gap="sm">
            <Select
              size="xs"
              w={84}
              aria-label={t('app.table.perPage')}
              data={sizes.map(String)}
              value={String(size)}
              allowDeselect={false}
              onChange={(value) => setList({ size: value ?? String(sizes[0]), page: '1' })}
            />
            <Pagination
              size="sm"
              total={data.totalPages}
              value={page + 1}
              onChange={(value) => setList({ page: String(value) })}
              withEdges={false}
              getControlProps={(control) => ({
                'aria-label': control === 'next' ? t('show.nextPage') : t('show.previousPage'),
              })}
            />
          </Group>
        )}
      </Group>
    </div>
  );
}

/** Of the address, which anybody can write: from 0. */
function pageOf(text: string): number {
  const page = Number(text);
  return Number.isSafeInteger(page) && page > 0 && page < 1_000_000 ? page - 1 : 0;
}

function sortOf<T>(text: string, columns: readonly Column<T>[]): string | undefined {
  const isKnown = columns.some(({ key, sortable }) => sortable && (text === key || text === `${key},desc`));
  return isKnown ? text : undefined;
}

function rangeOf({ page, size, content, totalElements }: Page<unknown>, t: TFunction): string {
  if (totalElements <= size) return t('app.table.entries', { count: totalElements });
  return t('app.table.range', { from: page * size + 1, to: page * size + content.length, total: totalElements });
}

function ariaSort(sort: string | undefined, key: string): 'ascending' | 'descending' | undefined {
  return sort === key ? 'ascending' : sort === `${key},desc` ? 'descending' : undefined;
}

function SortIcon({ state }: { state: 'ascending' | 'descending' | undefined }): ReactNode {
  const Icon = state === 'ascending' ? ArrowUp : state === 'descending' ? ArrowDown : ArrowUpDown;
  return <Icon size={14} aria-hidden opacity={state ? 1 : 0.5} />;
}
