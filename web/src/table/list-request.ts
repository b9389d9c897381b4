/** A page as the server's lists answer. */
export interface Page<T> {
  content: T[];
  totalElements: number;
  /** There are more: a long list is counted only so far. */
  moreElements?: boolean;
  totalPages: number;
  page: number;
  size: number;
}

/** A page with a number of a list without end: unlike those after a cursor, it says how many entries there are. */
export function numbered<T>(
  page: Omit<Page<T>, 'totalElements' | 'totalPages'> & { totalElements: number | null; totalPages: number | null },
): Page<T> {
  return { ...page, totalElements: page.totalElements ?? 0, totalPages: page.totalPages ?? 0 };
}

/** What a list is asked for. */
export interface PageRequest {
  page: number;
  size: number;
  sort?: string;
  search?: string;
}

/** Entries per page; the first is the default. */
export const pageSizes = [25, 50, 100] as const;

export type SortDirection = 'ascending' | 'descending';

/** The index of a page, from 0. Anyone can edit an address, so its text may be anything. */
export function pageIndexOf(text: string): number {
  const page = Number(text);
  return Number.isSafeInteger(page) && page > 0 && page < 1_000_000 ? page - 1 : 0;
}

export function pageSizeOf(text: string): number {
  return pageSizes.find((each) => String(each) === text) ?? pageSizes[0];
}

/** @returns `text` if it sorts by one of the columns */
export function sortOf(
  text: string,
  columns: readonly { key: string; sortable?: boolean | undefined }[],
): string | undefined {
  const isKnown = columns.some(({ key, sortable }) => sortable && (text === key || text === `${key},desc`));
  return isKnown ? text : undefined;
}

/** In which direction a list sorted by `sort` sorts this column. */
export function directionOf(sort: string | undefined, key: string): SortDirection | undefined {
  return sort === key ? 'ascending' : sort === `${key},desc` ? 'descending' : undefined;
}

/** The sort after a click on a column's title: ascending, then descending, then the list's own order. */
export function nextSort(sort: string | undefined, key: string, defaultSort = ''): string {
  const direction = directionOf(sort, key);
  return direction === 'ascending' ? `${key},desc` : direction === 'descending' ? defaultSort : key;
}

/** Which entries a page shows, counted from 1. */
export function rangeOf({ page, size, content }: Page<unknown>): { from: number; to: number } {
  return { from: page * size + 1, to: page * size + content.length };
}

/** The last page, from 1, when `data` is empty because the last entry of its page has gone. */
export function lastPageBefore(data: Page<unknown> | undefined, page: number): number | undefined {
  return data?.content.length === 0 && page > 0 ? Math.max(1, data.totalPages) : undefined;
}
