import { Modal, type ModalProps } from '@mantine/core';
import { useEffect, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { session } from '../api/session';
import { Signal, useSignal } from '../api/signal';

type Props = Omit<ModalProps, 'opened' | 'closeButtonProps'> & Partial<Pick<ModalProps, 'opened'>>;

/** The dialogs that are open, the topmost last. */
const open = new Signal<readonly string[]>([]);

/** Over the page. Render it as long as it is open: when it goes, the focus is again where it was before. */
export function Dialog({ opened = true, ...props }: Props): React.ReactNode {
  const { t } = useTranslation();
  const id = useId();
  const topmost = useSignal(open).at(-1) === id;
  const sessionEnded = useSignal(session.hasEnded);
  useEffect(() => {
    if (!opened) return undefined;
    open.set([...open.value, id]);
    return () => open.set(open.value.filter((other) => other !== id));
  }, [id, opened]);
  const [before] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      const back = before?.isConnected ? before : document.getElementById('main');
      if (back instanceof HTMLElement) back.focus({ preventScroll: true });
    },
    [before],
  );
  return (
    <Modal
      opened={opened}
      // The key is heard by every dialog: it is meant for the topmost, and for none below the one that asks to sign in.
      closeOnEscape={topmost && !sessionEnded}
      closeButtonProps={{ 'aria-label': t('app.close') }}
      {...props}
    />
  );
}
