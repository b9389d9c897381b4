import type { ReactNode } from 'react';
import type { Column } from './column';
import { DataTable, TableHead, TableRows } from './data-table';
import classes from './server-table.module.css';

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
      <DataTable label={label}>
        <TableHead columns={columns} />
        <TableRows columns={columns} rows={rows} rowKey={rowKey} />
      </DataTable>
    </div>
  );
}
