/** How a language writes values. */
export interface Notation {
  name(name: string): string;
  text(text: string): string;
  constants: { true: string; false: string; null: string };
  /** After the last of several lines. */
  lastComma: string;
  /** Of each level. */
  indent: string;
}

export const json: Notation = {
  name: (name) => `${JSON.stringify(name)}: `,
  text: (text) => JSON.stringify(text),
  constants: { true: 'true', false: 'false', null: 'null' },
  lastComma: '',
  indent: '  ',
};

/** What fits into one line of the viewer's column. */
const maxLine = 60;

/** A value as source text; the lines after the first are indented by `indent`. */
export function literal(value: unknown, notation: Notation, indent = ''): string {
  if (value === null) return notation.constants.null;
  if (typeof value === 'boolean') return notation.constants[value ? 'true' : 'false'];
  if (typeof value === 'string') return notation.text(value);
  if (typeof value === 'number') return String(value);
  const inner = indent + notation.indent;
  const isList = Array.isArray(value);
  const parts = isList
    ? value.map((each) => literal(each, notation, inner))
    : Object.entries(value as object).map(([name, each]) => notation.name(name) + literal(each, notation, inner));
  const [open, close] = isList ? ['[', ']'] : ['{', '}'];
  if (parts.length === 0) return open + close;
  const line = parts.join(', ');
  if (line.length + indent.length <= maxLine && !line.includes('\n')) {
    return isList ? `[${line}]` : notation === json ? `{${line}}` : `{ ${line} }`;
  }
  return `${open}\n${parts.map((part) => inner + part).join(',\n')}${notation.lastComma}\n${indent}${close}`;
}
