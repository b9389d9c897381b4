import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { stringify } from 'csv-stringify/sync';
import type { FastifyRequest } from 'fastify';

/** Without this mark spreadsheets take UTF-8 for the code page of their system. It begins a file. */
export const byteOrderMark = '\uFEFF';

/** A sign that begins a formula; some spreadsheets take the full-width ones, too. */
const formulaSign = /[=+\-@＝＋－＠]/g;

/** Whether a request asks for CSV, by its `Accept`. */
export function wantsCsv(accept: string | undefined): boolean {
  return /^text\/csv\b/i.test(accept ?? '');
}

/** Whether the request at hand asks for CSV. */
export const AsCsv = createParamDecorator((_: unknown, context: ExecutionContext): boolean =>
  wantsCsv(context.switchToHttp().getRequest<FastifyRequest>().headers.accept),
);

type Field = string | number | Date | null | undefined;

/**
 * One line of CSV (RFC 4180). A field that a spreadsheet would take for a formula is prefixed with an apostrophe, as OWASP
 * recommends against CSV injection; some take the full-width signs too. A spreadsheet of another locale splits cells at
 * semicolons or tabs, quoted or not, so what follows one inside a cell is treated as a cell of its own.
 */
export function csvLine(fields: readonly Field[]): string {
  return stringify([fields.map(harmless)], {
    record_delimiter: 'windows',
    escape_formulas: true,
    quoted_match: /[\r\n;\t]/,
  });
}

/** A small file for spreadsheets: records, below the names of their columns. */
export function csvText<Column extends string>(
  columns: readonly Column[],
  records: readonly Readonly<Record<Column, Field>>[],
): string {
  const lines = records.map((record) => csvLine(columns.map((column) => record[column])));
  return [byteOrderMark, csvLine(columns), ...lines].join('');
}

function harmless(field: Field): string | number | null | undefined {
  if (field instanceof Date) return field.toISOString();
  if (typeof field !== 'string') return field;
  const text = field.replace(formulaSign, (sign, at: number) => (at > 0 && beginsCell(field, at) ? `'${sign}` : sign));
  return text.startsWith('\n') ? `'${text}` : text;
}

/** A field as it was before {@link csvLine} marked what begins a formula. */
export function withoutFormulaMarks(field: string): string {
  return field.replace(/'(?=[=+\-@＝＋－＠])/g, (mark, at: number) => (beginsCell(field, at) ? '' : mark));
}

/**
 * Whether a spreadsheet, also of another locale, can begin a cell at this place of a text, or after the blanks before it. Looks back no
 * further than to the text before these blanks: whatever the text, all its signs together take as many steps as it has characters.
 */
function beginsCell(text: string, at: number): boolean {
  let before = at - 1;
  while (before >= 0 && /[^\S\t\r\n]|"/.test(text.charAt(before))) before--;
  return before < 0 || /[;,\t\r\n|]/.test(text.charAt(before));
}

/** A header that names the file for the browser, whatever characters it has (RFC 6266). */
export function attachment(fileName: string): string {
  const ascii = fileName.replace(/[^\x20-\x7e]|["\\]/g, '_');
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encodeURIComponent(fileName).replace(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)}`;
}
