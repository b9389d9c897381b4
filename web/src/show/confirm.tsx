import { Button, Group, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useId, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { failureOf, tellDone } from './tell';
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
  run: () => Promise<unknown>;
  onClose: () => void;
}

/** Asks before something is done, says what will happen, and shows why it did not. Render it as long as it is open. */
export function Confirm({ title, text, children, action, danger = false, done, run, onClose }: Props): ReactNode {
  const { t } = useTranslation();
  const describedBy = useId();
  const [opened, setOpened] = useState(true);
  const mutation = useMutation({
    mutationFn: run,
    onSuccess: () => {
      if (done) tellDone(done);
      setOpened(false);
    },
  });
  const failure = failureOf(mutation.error);
  return (
    <Dialog
      opened={opened}
      onClose={() => setOpened(false)}
      onExitTransitionEnd={onClose}
      title={title}
      aria-describedby={describedBy}
    >
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
        <Group justify="flex-end">
          <Button variant="default" onClick={() => setOpened(false)}>
            {t('app.cancel')}
          </Button>
          <Button color={danger ? 'red' : undefined} loading={mutation.isPending} onClick={() => mutation.mutate()}>
            {action}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
