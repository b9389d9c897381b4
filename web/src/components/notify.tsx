import { notifications } from '@mantine/notifications';
import i18next from 'i18next';
import { Check, X } from 'lucide-react';
import { failureOf } from './failure-words';

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
