import { CsvError, parse } from 'csv-parse/sync';
import { InvalidRequestError } from '../validation/validation.js';

/** A line of a list, by the names of its columns; a column that the list does not have is absent. */
export interface CsvRow<Column extends string> {
  record: Partial<Record<Column, string>>;
  /** The first one being 1. */
  line: number;
}

/**
 * Reads a list from a CSV text (RFC 4180; also with semicolons or tabs, as spreadsheets of some countries write it). Its first line
 * names the columns, in any case, and shows what stands between them.
 *
 * @param columns those that there can be; without the first one it is no such list
 * @throws InvalidRequestError when it is no such text
 */
export function readCsvList<Column extends string>(
  csv: string,
  columns: readonly [Column, ...Column[]],
): CsvRow<Column>[] {
  try {
    const rows = parse(csv, {
      bom: true,
      columns: (header: string[]) => namesOfColumns(header, columns),
      delimiter: /[,;\t]/.exec(csv.split('\n', 1)[0] ?? '')?.[0] ?? ',',
      info: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
      trim: true,
    }) as unknown as { record: CsvRow<Column>['record']; info: { lines: number } }[];
    return rows.map(({ record, info }) => ({ record, line: info.lines }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw unreadable(error.message.replace(/\.$/, ''));
  }
}

function namesOfColumns<Column extends string>(header: string[], columns: readonly [Column, ...Column[]]): Column[] {
  const known = columns.join(', ');
  const names = header.map((written) => {
    const name = written.toLowerCase().replace(/^e-mail$/, 'email');
    const column = columns.find((each) => each.toLowerCase() === name);
    if (!column) throw unreadable(`there is no column ${written.slice(0, 50)}; the columns are ${known}`);
    return column;
  });
  const [first] = columns;
  if (!names.includes(first)) {
    throw unreadable(`its first line must name the columns, of which ${first} is one (${known})`);
  }
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice) throw unreadable(`the column ${twice} is there twice`);
  return names;
}

function unreadable(why: string): InvalidRequestError {
  return new InvalidRequestError([{ field: 'csv', message: `the list cannot be read: ${why}`, rule: 'csv' }]);
}
