import i18next from 'i18next';
import type { FieldProblem } from '../api/problem';
import { locale } from '.';

/** A refusal as the server's answers have it. */
interface Refusal {
  code: string;
  message: string;
  errors?: readonly FieldProblem[];
  details?: Readonly<Record<string, unknown>>;
}

/** Why the server said no, in the reader's language; where that has no words for it, in the server's own. */
export function describeRefusal({ code, message, errors = [], details = {} }: Refusal): string {
  const values = Object.fromEntries(Object.entries(details).map(([name, value]) => [name, readable(value)]));
  const problems = errors.map(describeField).join(' ');
  return translated(`refusal.code.${code}`, message, { ...values, problems, context: details.reason ?? details.limit });
}

/** Times as people in the reader's country write them. */
function readable(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)) return value;
  return new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeStyle: 'long' }).format(new Date(value));
}

/** What is wrong with a field, for a place beside it. */
export function describeField({ field, rule, limit, message }: FieldProblem): string {
  return translated(`refusal.rule.${rule}`, message, { limit, count: limit, context: field });
}

function translated(key: string, message: string, values: Record<string, unknown>): string {
  // The keys are the server's codes, of which only some have words here.
  const translate = i18next.t as (key: string, values: Record<string, unknown>) => string;
  return translate(key, { ...values, defaultValue: message.charAt(0).toUpperCase() + message.slice(1) });
}
