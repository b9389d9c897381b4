import { NativeSelect, Table, UnstyledButton } from '@mantine/core';
import { ArrowDown, ArrowUp, ArrowUpDown } from 'lucide-react';
import { Fragment, type ReactNode, useLayoutEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Column } from './column';
import { directionOf, type SortDirection } from './list-request';
import { SelectAll, SelectAllCell, SelectCell, type Selecting } from './selection-cells';
import classes from './server-table.module.css';

interface TableProps {
  /** What the table is a list of, for those who do not see it. */
  label: string;
  /** The id of what says how many entries there are. */
  describedBy?: string;
  busy?: boolean;
  /** The rows are those of the page before. */
  stale?: boolean;
  highlightOnHover?: boolean;
  /** Stands above the rows where they are cards, in place of the head. */
  bar?: ReactNode;
  children: ReactNode;
}

/** The frame of a table's head and rows; where it is wider than its place, each row is a card. */
export function DataTable({ label, describedBy, busy, stale, highlightOnHover, bar, children }: TableProps): ReactNode {
  const frame = useCardsWhereNarrow(children);
  return (
    <div className={classes.scroll} ref={frame}>
      {bar}
      <Table
        className={`${classes.table} ${stale ? classes.stale : ''}`}
        role="table"
        aria-label={label}
        aria-describedby={describedBy}
        aria-busy={busy}
        highlightOnHover={highlightOnHover}
        verticalSpacing="xs"
        horizontalSpacing="sm"
        borderColor="var(--line)"
      >
        {children}
      </Table>
    </div>
  );
}

/** Measures the rows as a table, each time that they or their place change, before anything is drawn. */
function useCardsWhereNarrow(rows: ReactNode): React.RefObject<HTMLDivElement | null> {
  const frame = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) return;
    const measure = (): void => {
      delete element.dataset.cards;
      if (element.scrollWidth > element.clientWidth) element.dataset.cards = '';
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [rows]);
  return frame;
}

interface BarProps<T> {
  columns: readonly Column<T>[];
  selecting?: Selecting<T> | undefined;
  sort?: string | undefined;
  onSort: (sort: string) => void;
}

/** What the head of a table does, where its rows are cards: selects all, and sorts. */
export function CardsBar<T>({ columns, selecting, sort, onSort }: BarProps<T>): ReactNode {
  const { t } = useTranslation();
  const sortable = columns.filter((column) => column.sortable);
  if (sortable.length === 0 && !selecting) return null;
  return (
    <div className={classes.bar}>
      {selecting && <SelectAll {...selecting} />}
      {sortable.length > 0 && (
        <NativeSelect
          flex={1}
          size="xs"
          aria-label={t('show.sort.label')}
          value={sort ?? ''}
          onChange={({ currentTarget }) => onSort(currentTarget.value)}
          data={[
            ...(sort ? [] : [{ value: '', label: t('show.sort.label') }]),
            ...sortable.flatMap(({ key, title }) => [
              { value: key, label: t('show.sort.ascending', { column: wordOf(title) }) },
              { value: `${key},desc`, label: t('show.sort.descending', { column: wordOf(title) }) },
            ]),
          ]}
        />
      )}
    </div>
  );
}

/** A title in one line. */
function wordOf(title: string): string {
  return title.replaceAll('\n', ' ');
}

interface HeadProps<T> {
  columns: readonly Column<T>[];
  selecting?: Selecting<T>;
  sort?: string;
  onSort?: (key: string) => void;
}

export function TableHead<T>({ columns, selecting, sort, onSort }: HeadProps<T>): ReactNode {
  return (
    <Table.Thead className={classes.head} role="rowgroup">
      <Table.Tr role="row">
        {selecting && <SelectAllCell {...selecting} />}
        {columns.map(({ key, title, sortable, end, minWidth }) => {
          const direction = directionOf(sort, key);
          return (
            <Table.Th
              key={key}
              role="columnheader"
              scope="col"
              className={end ? classes.end : undefined}
              style={{ minWidth }}
              aria-sort={direction}
            >
              {sortable && onSort ? (
                <UnstyledButton
                  className={classes.sort}
                  data-active={direction !== undefined || undefined}
                  onClick={() => onSort(key)}
                >
                  {title}
                  <SortIcon direction={direction} />
                </UnstyledButton>
              ) : (
                title
              )}
            </Table.Th>
          );
        })}
      </Table.Tr>
    </Table.Thead>
  );
}

function SortIcon({ direction }: { direction: SortDirection | undefined }): ReactNode {
  const Icon = direction === 'ascending' ? ArrowUp : direction === 'descending' ? ArrowDown : ArrowUpDown;
  return <Icon size={14} aria-hidden opacity={direction ? 1 : 0.5} />;
}

interface RowsProps<T> {
  selecting?: Selecting<T>;
  columns: readonly Column<T>[];
  rows: readonly T[];
  rowKey: (row: T) => string | number;
  /** What stands above the first of the rows that have it in common. */
  headingOf?: ((row: T) => string) | undefined;
}

export function TableRows<T>({ columns, rows, rowKey, selecting, headingOf }: RowsProps<T>): ReactNode {
  const headings = rows.map((row) => headingOf?.(row));
  return (
    <Table.Tbody role="rowgroup">
      {rows.map((row, place) => (
        <Fragment key={rowKey(row)}>
          {headings[place] !== undefined && headings[place] !== headings[place - 1] && (
            <Table.Tr role="row" className={classes.heading}>
              <Table.Th role="cell" colSpan={columns.length + (selecting ? 1 : 0)}>
                {headings[place]}
              </Table.Th>
            </Table.Tr>
          )}
          <Table.Tr role="row">
            {selecting && <SelectCell row={row} {...selecting} />}
            {columns.map((column, index) => (
              <Table.Td
                key={column.key}
                role="cell"
                data-label={column.title}
                className={[column.end && classes.end, index === 0 && classes.name].filter(Boolean).join(' ')}
              >
                {column.render(row)}
              </Table.Td>
            ))}
          </Table.Tr>
        </Fragment>
      ))}
    </Table.Tbody>
  );
}
