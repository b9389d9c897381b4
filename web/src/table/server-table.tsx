import { Button, CloseButton, Group, Pagination, Select, Skeleton, Table, Text, TextInput } from '@mantine/core';
import { CircleAlert, RefreshCw, Search, SearchX } from 'lucide-react';
import { useId, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../components/layout/empty-state';
import { describeError } from '../components/describe-error';
import type { Column } from './column';
import { CsvButton, type CsvSource } from './csv-button';
import { CardsBar, DataTable, TableHead, TableRows } from './data-table';
import { type Page, pageSizes, rangeOf } from './list-request';
import { SelectionBar } from './selection-cells';
import classes from './server-table.module.css';
import { type Selection, useSelection } from './use-selection';
import { type ListSource, type ServerList, useServerList } from './use-server-list';

interface Props<T> extends ListSource<T> {
  /** What the table is a list of, for those who do not see it. */
  label: string;
  rowKey: (row: T) => string | number;
  /** Stands beside the search. */
  toolbar?: ReactNode;
  /** The toolbar has narrowed the list: it stays, even if nothing is left. */
  filtered?: boolean;
  /** Shown in place of a list that is empty without any search. */
  empty: ReactNode;
  /** What can be done with several entries; undefined: nothing, and none can be selected. */
  bulk?: Bulk<T>;
  /** Where all entries are as CSV; undefined: nowhere. */
  csv?: CsvSource;
  /** What stands above the first of the rows that have it in common, such as a day. */
  headingOf?: (row: T) => string;
}

/** What can be done with several entries of a list. */
interface Bulk<T> {
  /** What an entry is called, for those who do not see its row. */
  nameOf: (row: T) => string;
  /** @param done forgets the selection */
  actions: (rows: T[], done: () => void) => ReactNode;
}

/**
 * A list that the server pages, sorts and searches: as fast with ten thousand entries as with ten. While a page is on its
 * way the one before stays.
 */
export function ServerTable<T>(props: Props<T>): ReactNode {
  const { label, searchable = true, toolbar, filtered = false, bulk, rowKey, csv } = props;
  const selection = useSelection(rowKey);
  const list = useServerList(props);
  const statusId = useId();
  return (
    <div>
      {(searchable || toolbar) && (!list.untouched || filtered) && (
        <Group mb="sm" gap="sm" justify="space-between">
          {searchable ? <SearchField label={label} text={list.typed} onChange={list.find} /> : <span />}
          {toolbar}
        </Group>
      )}
      {bulk && selection.rows.length > 0 && (
        <SelectionBar selection={selection}>{bulk.actions(selection.rows, selection.clear)}</SelectionBar>
      )}
      <div className={classes.frame}>
        <ListContent {...props} list={list} statusId={statusId} selection={selection} />
      </div>
      <ListFooter list={list} statusId={statusId} csv={csv} />
    </div>
  );
}

interface SearchFieldProps {
  label: string;
  text: string;
  onChange: (text: string) => void;
}

function SearchField({ label, text, onChange }: SearchFieldProps): ReactNode {
  const { t } = useTranslation();
  return (
    <TextInput
      value={text}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
      placeholder={t('app.table.search')}
      aria-label={`${t('app.table.search')}: ${label}`}
      leftSection={<Search size={16} aria-hidden />}
      rightSection={
        text ? <CloseButton size="sm" aria-label={t('app.table.clear')} onClick={() => onChange('')} /> : null
      }
      w={{ base: '100%', xs: 280 }}
      maxLength={255}
    />
  );
}

interface ContentProps<T> extends Pick<Props<T>, 'label' | 'columns' | 'rowKey' | 'empty' | 'bulk' | 'headingOf'> {
  selection: Selection<T>;
  list: ServerList<T>;
  statusId: string;
}

/** The entries; or why there are none. */
function ListContent<T>({
  label,
  columns,
  rowKey,
  empty,
  list,
  statusId,
  bulk,
  selection,
  headingOf,
}: ContentProps<T>): ReactNode {
  const { query, request } = list;
  const { data, error } = query;
  if (error && !data) return <Failed error={error} onRetry={() => void query.refetch()} />;
  if (list.untouched) return empty;
  if (data?.content.length === 0) return <NoMatch search={request.search ?? ''} onClear={() => list.find('')} />;
  const selecting = bulk && data && { selection, shown: data.content, nameOf: bulk.nameOf };
  return (
    <DataTable
      label={label}
      describedBy={statusId}
      busy={query.isPending || query.isPlaceholderData}
      stale={query.isPlaceholderData}
      highlightOnHover
      bar={<CardsBar columns={columns} selecting={selecting} sort={request.sort} onSort={list.setSort} />}
    >
      <TableHead columns={columns} selecting={selecting} sort={request.sort} onSort={list.sortBy} />
      {data ? (
        <TableRows columns={columns} rows={data.content} rowKey={rowKey} selecting={selecting} headingOf={headingOf} />
      ) : (
        <SkeletonRows columns={columns} />
      )}
    </DataTable>
  );
}

function Failed({ error, onRetry }: { error: Error; onRetry: () => void }): ReactNode {
  const { t } = useTranslation();
  return (
    <EmptyState icon={CircleAlert} title={t('app.table.failed')} text={describeError(error)}>
      <Button variant="light" leftSection={<RefreshCw size={16} aria-hidden />} onClick={onRetry}>
        {t('app.table.retry')}
      </Button>
    </EmptyState>
  );
}

function NoMatch({ search, onClear }: { search: string; onClear: () => void }): ReactNode {
  const { t } = useTranslation();
  return (
    <EmptyState icon={SearchX} title={t('app.table.noMatch', { search })} text={t('app.table.noMatchText')}>
      <Button variant="light" onClick={onClear}>
        {t('app.table.clear')}
      </Button>
    </EmptyState>
  );
}

function SkeletonRows<T>({ columns }: { columns: readonly Column<T>[] }): ReactNode {
  return (
    <Table.Tbody role="rowgroup">
      {Array.from({ length: 5 }, (_, index) => (
        <Table.Tr key={index} role="row">
          {columns.map((column) => (
            <Table.Td key={column.key} role="cell">
              <Skeleton h={14} my={5} w={column.end ? 40 : '70%'} />
            </Table.Td>
          ))}
        </Table.Tr>
      ))}
    </Table.Tbody>
  );
}

/** How many entries there are, and the way to the other pages. */
interface FooterProps<T> {
  list: ServerList<T>;
  statusId: string;
  csv: CsvSource | undefined;
}

function ListFooter<T>({ list, statusId, csv }: FooterProps<T>): ReactNode {
  const { t } = useTranslation();
  const { data } = list.query;
  return (
    <Group mt="sm" justify="space-between" gap="sm" mih={30} style={list.untouched ? { display: 'none' } : undefined}>
      <Group gap="sm">
        <Text id={statusId} size="sm" c="dimmed" className="numbers" role="status">
          {data && data.totalElements > 0 && <Range data={data} />}
        </Text>
        {csv && data && data.totalElements > 0 && <CsvButton source={csv} request={list.request} />}
      </Group>
      {data && data.totalElements > pageSizes[0] && (
        <Group gap="sm">
          <Select
            size="xs"
            w={84}
            aria-label={t('app.table.perPage')}
            data={pageSizes.map(String)}
            value={String(list.request.size)}
            allowDeselect={false}
            onChange={(value) => list.resize(value ?? String(pageSizes[0]))}
          />
          <Pagination
            size="sm"
            total={data.totalPages}
            value={list.request.page + 1}
            onChange={list.turnTo}
            withEdges={false}
            getControlProps={(control) => ({
              'aria-label': control === 'next' ? t('show.nextPage') : t('show.previousPage'),
            })}
          />
        </Group>
      )}
    </Group>
  );
}

function Range({ data }: { data: Page<unknown> }): ReactNode {
  const { t } = useTranslation();
  const { size, totalElements, moreElements } = data;
  if (totalElements <= size) return t('app.table.entries', { count: totalElements });
  return t(moreElements ? 'app.table.rangeOfMore' : 'app.table.range', { ...rangeOf(data), total: totalElements });
}
