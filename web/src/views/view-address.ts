/** The query of an address as a view keeps it: without its question mark, and without the page of the list. */
export function viewQueryOf(search: string): string {
  return search
    .replace(/^\?/, '')
    .split('&')
    .filter((part) => part !== '' && !part.startsWith('page='))
    .join('&');
}
