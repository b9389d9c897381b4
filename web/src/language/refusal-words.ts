import i18next from 'i18next';
import type { FieldProblem } from '../api/problem';

/** A refusal as the server's answers have it. */
interface Refusal {
  code: string;
  message: string;
  details?: Readonly<Record<string, unknown>>;
}

/** Why the server said no, in the reader's language; where that has no words for it, in the server's own. */
export function refusalWords({ code, message, details = {} }: Refusal): string {
  return words(`refusal.code.${code}`, message, { ...details, context: details.reason ?? details.limit });
}

/** What is wrong with a field, for a place beside it. */
export function fieldWords({ field, rule, limit, message }: FieldProblem): string {
  return words(`refusal.rule.${rule}`, message, { limit, count: limit, context: field });
}

function words(key: string, message: string, values: Record<string, unknown>): string {
  // The keys are the server's codes, of which only some have words here.
  const translate = i18next.t as (key: string, values: Record<string, unknown>) => string;
  return translate(key, { ...values, defaultValue: message.charAt(0).toUpperCase() + message.slice(1) });
}
