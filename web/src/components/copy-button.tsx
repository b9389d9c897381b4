import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { notifyFailure } from './notify';

interface Props {
  /** What goes to the clipboard. */
  value: string;
  /** What it is, for those who do not see what stands beside it. */
  label?: string;
  /** With words beside the icon. */
  wide?: boolean;
}

/** Copies a text, and says so for two seconds. */
export function CopyButton({ value, label, wide = false }: Props): React.ReactNode {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const message = copied ? t('app.copied') : (label ?? t('app.copy'));
  const copy = async (): Promise<void> => {
    if (!(await toClipboard(value))) {
      notifyFailure(t('app.copyFailed'));
      return;
    }
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  const icon = copied ? <Check size={16} aria-hidden /> : <Copy size={16} aria-hidden />;
  if (wide) {
    return (
      <Button variant="default" leftSection={icon} onClick={() => void copy()}>
        {message}
      </Button>
    );
  }
  return (
    <Tooltip label={message}>
      <ActionIcon variant="subtle" color={copied ? 'pine' : 'gray'} aria-label={message} onClick={() => void copy()}>
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}

/** Browsers give pages without HTTPS no clipboard; the old way works there, too. */
async function toClipboard(text: string): Promise<boolean> {
  if (window.isSecureContext) {
    return navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
  }
  const area = document.createElement('textarea');
  area.value = text;
  area.style.position = 'fixed';
  area.style.opacity = '0';
  // Inside of an open dialog, which keeps the focus to itself.
  (document.querySelector('[role=dialog]') ?? document.body).append(area);
  area.select();
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- there is nothing else without HTTPS
  const done = document.execCommand('copy');
  area.remove();
  return done;
}
