import { notifications } from '@mantine/notifications';
import i18next from 'i18next';
import { Check, X } from 'lucide-react';
import { Problem, UnreachableError } from '../api/problem';
import { refusalWords } from '../language/refusal-words';

/** Tells in a corner that something is done. */
export function notifyDone(message: string): void {
  notifications.show({ ...closing(), message, color: 'pine', icon: <Check size={16} aria-hidden /> });
}

/** Tells in a corner that something did not work, until it is read. */
export function notifyFailure(why: unknown): void {
  const message = failureOf(why);
  if (message === undefined) return;
  notifications.show({
    ...closing(),
    title: i18next.t('app.failed'),
    message,
    color: 'red',
    icon: <X size={16} aria-hidden />,
    autoClose: 12_000,
  });
}

function closing(): { closeButtonProps: { 'aria-label': string } } {
  return { closeButtonProps: { 'aria-label': i18next.t('app.close') } };
}

/** What has failed, in words for people; undefined when nothing has, or when the page asks to sign in again. */
export function failureOf(error: unknown): string | undefined {
  const asked = error instanceof Problem && error.code === 'not-signed-in';
  return error && !asked ? describeError(error) : undefined;
}

/** An error in words for people. */
export function describeError(error: unknown): string {
  if (error instanceof UnreachableError) return i18next.t('app.offline');
  if (error instanceof Problem) return refusalWords(error);
  const message = error instanceof Error ? error.message : String(error);
  return message.charAt(0).toUpperCase() + message.slice(1);
}
