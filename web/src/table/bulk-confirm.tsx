import { Button, Group, List, Stack, Text } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ItemError } from '../../generated/api';
import { Confirm } from '../components/confirm';
import { Dialog } from '../components/dialog';
import { notifyDone } from '../components/notify';
import { describeRefusal } from '../language/describe-refusal';

export interface BulkConfirmProps<T = unknown> {
  rows: readonly T[];
  nameOf: (row: T) => string;
  /** A question. */
  title: string;
  text: ReactNode;
  /** What else is to be decided. */
  children?: ReactNode;
  /** The verb on the button. */
  action: string;
  danger?: boolean;
  /** What is told when it is done; the number of entries unless said otherwise. */
  doneText?: (count: number) => string;
  /** @returns why each row was refused, in their order; null: it was done */
  run: () => Promise<readonly (ItemError | null)[]>;
  /** Takes back what was done to these. @returns why that was refused; null: it was done */
  undo?: ((rows: T[]) => Promise<readonly (ItemError | null)[]>) | undefined;
  /** Forgets the selection. */
  onDone?: (() => void) | undefined;
  onClose: () => void;
}

interface Refused {
  name: string;
  error: ItemError;
}

/** Asks before something is done to several entries, offers to undo it, and tells of those that were refused why. */
export function BulkConfirm<T>(props: BulkConfirmProps<T>): ReactNode {
  const { rows, nameOf, run, undo, doneText, onDone, onClose, ...question } = props;
  const { t } = useTranslation();
  const [refused, setRefused] = useState<Refused[]>([]);
  const [asking, setAsking] = useState(true);
  const runAll = async (): Promise<void> => {
    const errors = await run();
    const done = rows.filter((_, index) => !errors[index]);
    setRefused(
      rows.flatMap((row, index) => {
        const error = errors[index];
        return error ? [{ name: nameOf(row), error }] : [];
      }),
    );
    onDone?.();
    if (done.length === 0) return;
    const text = doneText?.(done.length) ?? t('show.bulk.done', { count: done.length });
    notifyDone(text, undo && (async () => (await undo(done)).filter((error) => error !== null).length));
  };
  if (!asking) return <RefusedRows refused={refused} onClose={onClose} />;
  return <Confirm {...question} run={runAll} onClose={() => (refused.length > 0 ? setAsking(false) : onClose())} />;
}

function RefusedRows({ refused, onClose }: { refused: readonly Refused[]; onClose: () => void }): ReactNode {
  const { t } = useTranslation();
  return (
    <Dialog onClose={onClose} title={t('show.bulk.refused', { count: refused.length })}>
      <Stack>
        <List spacing="xs">
          {refused.map(({ name, error }, index) => (
            <List.Item key={index} className="break">
              <Text fw={550} span>
                {name}
              </Text>{' '}
              <Text size="sm" c="var(--mantine-color-error)">
                {describeRefusal(error)}
              </Text>
            </List.Item>
          ))}
        </List>
        <Group justify="flex-end">
          <Button onClick={onClose}>{t('app.close')}</Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
