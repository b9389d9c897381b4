import { Button, Group } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import i18next from 'i18next';
import { Check, X } from 'lucide-react';
import { failureOf } from './describe-error';

/**
 * Tells in a corner that something is done.
 *
 * @param undo takes it back, and answers for how many entries that was refused; undefined: it cannot be taken back
 */
export function notifyDone(message: string, undo?: () => Promise<number>): void {
  const shown = { ...closing(), color: 'pine', icon: <Check size={16} aria-hidden /> };
  if (!undo) {
    notifications.show({ ...shown, message });
    return;
  }
  const id = crypto.randomUUID();
  const takeBack = (): void => {
    notifications.hide(id);
    undo().then((count) => {
      if (count === 0) notifyDone(i18next.t('show.bulk.undone'));
      else notifyFailure(new Error(i18next.t('show.bulk.refused', { count })));
    }, notifyFailure);
  };
  const button = (
    <Button size="compact-sm" variant="light" onClick={takeBack}>
      {i18next.t('show.bulk.undo')}
    </Button>
  );
  notifications.show({
    ...shown,
    id,
    message: (
      <Group justify="space-between">
        {message}
        {button}
      </Group>
    ),
    autoClose: 12_000,
  });
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
