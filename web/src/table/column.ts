import type { ReactNode } from 'react';

/** A column of a table. */
export interface Column<T> {
  /** Tells columns apart; with `sortable`, the server's name of it. */
  key: string;
  title: string;
  /** The server sorts by `key`. */
  sortable?: boolean;
  /** Numbers and actions stand at the end. */
  end?: boolean;
  /** Minimum width in pixels, where the window has room for columns. */
  minWidth?: number;
  render: (row: T) => ReactNode;
}
