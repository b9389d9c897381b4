import { describe, expect, it } from '@jest/globals';
import { withoutHanging } from '../../../test/support/without-hanging.js';
import { attachment, csvLine, withoutFormulaMarks } from './csv.js';

describe('A line of CSV', () => {
  it('quotes what needs quotes', () => {
    expect(csvLine(['a', 'b,c', 'say "hi"', 'two\nlines', null, 5])).toBe('a,"b,c","say ""hi""","two\nlines",,5\r\n');
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '＝1', '＠SUM(A1)'])(
    'runs no formula for %j',
    (text) => {
      expect(csvLine([text]).replaceAll('"', '').startsWith("'")).toBe(true);
    },
  );

  it.each(['a;=1+1', 'a;"=1+1', 'a; =1+1', 'a\t=1', 'a,=1', 'a\r\n@SUM(A1)', 'a;＝1', '  =1', 'a|-1'])(
    'runs no formula for %j in a spreadsheet that splits cells at another character',
    (text) => {
      const line = csvLine(['first', text]);
      for (const separator of [';', ',', '\t', '|', '\n', '\r']) {
        for (const cell of line.split(separator)) expect(cell.replace(/^[\s"]+/, '')).not.toMatch(/^[=+\-@＝＋－＠]/);
      }
    },
  );

  it('can be read as it was before, in no time, however many blanks it has', () => {
    for (const text of ['a;=1+1', 'a; "=1', "a'=1", 'b\t\t-1', 'x|＝1', "it's"]) {
      const marked = csvLine([text]).trimEnd();
      const inQuotes = marked.startsWith('"') ? marked.slice(1, -1).replaceAll('""', '"') : marked;
      expect(withoutFormulaMarks(inQuotes)).toBe(text);
    }
    for (const blanks of ['\t', ' ', '"'].map((each) => each.repeat(500_000))) {
      expect(withoutHanging(() => withoutFormulaMarks(`a${blanks}'b`).length)).toBe(500_003);
      expect(withoutHanging(() => csvLine([`a${blanks}b`]).length)).toBeGreaterThan(500_000);
    }
  });

  it('leaves names, addresses and numbers as they are', () => {
    const fields = ['Ada Lovelace', 'ada-l@example.com', 'b+c=d', -5];
    expect(csvLine(fields)).toBe('Ada Lovelace,ada-l@example.com,b+c=d,-5\r\n');
  });
});

describe('The name of a file', () => {
  it('may have any characters', () => {
    expect(attachment('Ü "x"\r\n.csv')).toBe(
      `attachment; filename="_ _x___.csv"; filename*=UTF-8''%C3%9C%20%22x%22%0D%0A.csv`,
    );
  });
});
