import { Button, Group, Stack } from '@mantine/core';
import type { ReactNode, SyntheticEvent } from 'react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../components/dialog';
import type { Conflict } from './conflict';
import { Failure } from './failure';
import { LeaveGuard } from './leave-guard';
import { LeaveQuestion } from './leave-question';
import { Stale } from './stale';

interface Props {
  title: string;
  /** The verb on the button. */
  action: string;
  /** It hurts: the button is red. */
  danger?: boolean;
  submit: (event?: SyntheticEvent<HTMLFormElement>) => void;
  pending: boolean;
  /** Something was typed: the dialog asks before it goes, unless the person cancels it. */
  unsaved?: boolean;
  failure: string | undefined;
  /** Someone else has changed meanwhile what the form shows. */
  conflict?: Conflict;
  /** The name of a setting, as the form has it. */
  nameOf?: (field: string) => string;
  onClose: () => void;
  children: ReactNode;
}

/** A short form over the page. Render it as long as it is open. */
export function FormDialog({
  title,
  action,
  danger = false,
  submit,
  pending,
  unsaved = false,
  failure,
  conflict,
  nameOf,
  onClose,
  children,
}: Props): ReactNode {
  const { t } = useTranslation();
  const [leaving, setLeaving] = useState(false);
  return (
    <Dialog onClose={unsaved ? () => setLeaving(true) : onClose} title={title}>
      <form onSubmit={submit}>
        <Stack>
          {children}
          {conflict ? <Stale conflict={conflict} nameOf={nameOf} /> : <Failure>{failure}</Failure>}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('app.cancel')}
            </Button>
            <Button
              type="submit"
              disabled={conflict !== undefined}
              color={danger ? 'red' : undefined}
              loading={pending}
            >
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
      <LeaveGuard unsaved={unsaved} />
      {leaving && <LeaveQuestion onLeave={onClose} onStay={() => setLeaving(false)} />}
    </Dialog>
  );
}
