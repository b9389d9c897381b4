import i18next from 'i18next';
import type { TestStep } from '../../generated/api';

/** What a step of a test has found, in the reader's language; where that has no words for it, in the server's own. */
export function describeFindings({ message, findings }: TestStep): string {
  const keyOf = ({ code }: TestStep['findings'][number]): string => `providerFinding.${code}`;
  if (!findings.every((finding) => i18next.exists(keyOf(finding)))) return message;
  const translate = i18next.t as (key: string, values: Record<string, unknown>) => string;
  return findings.map((finding) => translate(keyOf(finding), finding.details)).join(' ');
}
