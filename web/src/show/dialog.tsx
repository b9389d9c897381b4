import { Modal, type ModalProps } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

type Props = Omit<ModalProps, 'opened' | 'closeButtonProps'> & Partial<Pick<ModalProps, 'opened'>>;

/** Over the page. Render it as long as it is open: when it goes, the focus is again where it was before. */
export function Dialog({ opened = true, ...props }: Props): React.ReactNode {
  const { t } = useTranslation();
  const [before] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      const back = before?.isConnected ? before : document.getElementById('main');
      if (back instanceof HTMLElement) back.focus({ preventScroll: true });
    },
    [before],
  );
  return <Modal opened={opened} closeButtonProps={{ 'aria-label': t('app.close') }} {...props} />;
}
