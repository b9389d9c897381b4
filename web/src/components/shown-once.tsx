import { Alert, Button, Code, Group, Stack } from '@mantine/core';
import { KeyRound } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyButton } from './copy-button';
import { Dialog } from './dialog';

interface Props {
  title: string;
  /** That it is shown this once. */
  text: string;
  secret: string;
  copyLabel: string;
  testId: string;
  /** What it is good for. */
  children?: ReactNode;
  onClose: () => void;
}

/** Shows a secret this once; it goes only by its button. */
export function ShownOnce({ title, text, secret, copyLabel, testId, children, onClose }: Props): ReactNode {
  const { t } = useTranslation();
  return (
    <Dialog onClose={onClose} closeOnClickOutside={false} closeOnEscape={false} size="lg" title={title}>
      <Stack>
        <Alert color="yellow" icon={<KeyRound size={18} aria-hidden />}>
          {text}
        </Alert>
        <Code block className="break" style={{ whiteSpace: 'pre-wrap' }} data-testid={testId}>
          {secret}
        </Code>
        {children}
        <Group justify="flex-end">
          <CopyButton wide value={secret} label={copyLabel} />
          <Button onClick={onClose}>{t('app.close')}</Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
