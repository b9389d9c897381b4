import { Button, Group, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useId, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Problem } from '../api/problem';
import { changesIn, isStale, versionIn } from '../forms/conflict';
import { Stale } from '../forms/stale';
import { failureOf } from './describe-error';
import { notifyDone } from './notify';
import { Dialog } from './dialog';

interface Props {
  /** A question. */
  title: string;
  /** What happens then, to whom, and whether it can be undone. */
  text: ReactNode;
  /** What else is to be decided. */
  children?: ReactNode;
  /** The verb on the button. */
  action: string;
  /** It hurts: the button is red. */
  danger?: boolean;
  /** What is told when it is done. */
  done?: string;
  /** @param version that the reader has seen since, where someone else has changed what it is about */
  run: (version?: number) => Promise<unknown>;
  onClose: () => void;
}

/** Asks before something is done, says what will happen, and shows why it did not. Render it as long as it is open. */
export function Confirm({ title, text, children, action, danger = false, done, run, onClose }: Props): ReactNode {
  const { t } = useTranslation();
  const describedBy = useId();
  const [opened, setOpened] = useState(true);
  const mutation = useMutation({
    mutationFn: (version: number | undefined) => run(version),
    onSuccess: () => {
      if (done) notifyDone(done);
      setOpened(false);
    },
  });
  const stale = isStale(mutation.error) ? mutation.error : undefined;
  const failure = stale ? undefined : failureOf(mutation.error);
  const close = (): void => setOpened(false);
  return (
    <Dialog opened={opened} onClose={close} onExitTransitionEnd={onClose} title={title} aria-describedby={describedBy}>
      <Stack>
        <Text component="div" id={describedBy}>
          {text}
        </Text>
        {children}
        {failure && (
          <Text c="var(--mantine-color-error)" role="alert">
            {failure}
          </Text>
        )}
        {stale && <StaleQuestion problem={stale} pending={mutation.isPending} onGo={mutation.mutate} onClose={close} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {t('app.cancel')}
          </Button>
          <Button
            color={danger ? 'red' : undefined}
            disabled={stale !== undefined}
            loading={mutation.isPending}
            onClick={() => mutation.mutate(undefined)}
          >
            {action}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}

interface StaleProps {
  problem: Problem;
  pending: boolean;
  /** Goes on, with the version that the reader has seen now. */
  onGo: (version: number) => void;
  onClose: () => void;
}

/** Someone else has changed meanwhile what the question is about: asks whether to go on all the same. */
function StaleQuestion({ problem, pending, onGo, onClose }: StaleProps): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Stale
      conflict={{
        changes: changesIn(problem),
        pending: pending,
        failure: undefined,
        onKeep: () => onGo(versionIn(problem)),
        onDiscard: onClose,
      }}
      keep={t('show.stale.anyway')}
      withoutDiscard
    />
  );
}
