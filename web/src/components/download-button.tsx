import { Button, type ButtonProps } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { serverRoot } from '../api/client';
import { bytesOf } from './bytes';
import { save } from './save';
import { notifyDone, notifyFailure } from './notify';

interface Props extends ButtonProps {
  'aria-label'?: string;
  /** The address below the server's root. */
  path: string;
  query?: Readonly<Record<string, string | number | undefined>>;
  /** The media type, where the server has several. */
  accept?: string;
  /** What the file is called when the server does not say so. */
  fileName: string;
  children: React.ReactNode;
}

/** Saves something the server makes while it sends: tells how much has come, and why it failed. */
export function DownloadButton({ path, query = {}, accept, fileName, children, ...rest }: Props): React.ReactNode {
  const { t, i18n } = useTranslation();
  const [received, setReceived] = useState<number>();
  const download = useMutation({
    mutationFn: () => {
      const address = new URL(`${serverRoot}${path}`);
      for (const [name, value] of Object.entries(query)) {
        if (value !== undefined && value !== '') address.searchParams.set(name, String(value));
      }
      return save({ address, fileName, accept }, setReceived);
    },
    onSuccess: (name) => notifyDone(t('show.download.done', { name })),
    onError: notifyFailure,
    onSettled: () => setReceived(undefined),
  });
  return (
    <Button
      variant="default"
      leftSection={<Download size={16} aria-hidden />}
      {...rest}
      disabled={download.isPending || rest.disabled === true}
      onClick={() => download.mutate()}
    >
      <span aria-live="polite">
        {download.isPending ? t('show.download.running', { size: bytesOf(received ?? 0, i18n.language) }) : children}
      </span>
    </Button>
  );
}
