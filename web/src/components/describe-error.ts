import i18next from 'i18next';
import { Problem, UnreachableError } from '../api/problem';
import { describeRefusal } from '../language/describe-refusal';

/** What has failed, in words for people; undefined when nothing has, or when the page asks to sign in again. */
export function failureOf(error: unknown): string | undefined {
  const asked = error instanceof Problem && error.code === 'not-signed-in';
  return error && !asked ? describeError(error) : undefined;
}

/** An error in words for people. */
export function describeError(error: unknown): string {
  if (error instanceof UnreachableError) return i18next.t('app.offline');
  if (error instanceof Problem) return describeRefusal(error);
  const message = error instanceof Error ? error.message : String(error);
  return message.charAt(0).toUpperCase() + message.slice(1);
}
