import { Table } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './server-table.module.css';
import type { Column } from './server-table';

interface Props<T> {
  /** What the table is a list of, for those who do not see it. */
  label: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  rowKey: (row: T) => string | number;
}

/** A short list that is there as a whole; it looks like those that the server pages. */
export function PlainTable<T>({ label, columns, rows, rowKey }: Props<T>): ReactNode {
  return (
    <div className={classes.frame}>
      <div className={classes.scroll}>
        <Table
          className={classes.table}
          role="table"
          aria-label={label}
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
                >
                  {column.title}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody role="rowgroup">
            {rows.map((row) => (
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
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </div>
  );
}
