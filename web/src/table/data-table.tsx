import { Table, UnstyledButton } from '@mantine/core';
import { ArrowDown, ArrowUp, ArrowUpDown } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Column } from './column';
import { directionOf, type SortDirection } from './list-request';
import { SelectAllCell, SelectCell, type Selecting } from './selection-cells';
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
  children: ReactNode;
}

/** The frame of a table's head and rows; wider than its place, it scrolls. */
export function DataTable({ label, describedBy, busy, stale, highlightOnHover, children }: TableProps): ReactNode {
  return (
    <div className={classes.scroll}>
      <Table
        className={`${classes.table} ${stale ? classes.stale : ''}`}
        role="table"
        aria-label={label}
        aria-describedby={describedBy}
        aria-busy={busy}
        highlightOnHover={highlightOnHover}
        verticalSpacing="xs"
        horizontalSpacing="md"
        borderColor="var(--line)"
      >
        {children}
      </Table>
    </div>
  );
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
}

export function TableRows<T>({ columns, rows, rowKey, selecting }: RowsProps<T>): ReactNode {
  return (
    <Table.Tbody role="rowgroup">
      {rows.map((row) => (
        <Table.Tr key={rowKey(row)} role="row">
          {selecting && <SelectCell row={row} {...selecting} />}
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
      ))}
    </Table.Tbody>
  );
}
