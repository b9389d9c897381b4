import { Stack, Text } from '@mantine/core';
import { Dropzone } from '@mantine/dropzone';
import '@mantine/dropzone/styles.layer.css';
import { FileKey2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Failure } from '../forms/failure';

interface Props {
  onFile: (file: File) => void;
  loading?: boolean;
  disabled?: boolean;
}

/** Takes a license file from the desk, or from the file dialog. */
export function LicenseDrop({ onFile, loading = false, disabled = false }: Props): React.ReactNode {
  const { t } = useTranslation();
  const [rejected, setRejected] = useState(false);
  return (
    <Stack gap="sm">
      <Dropzone
        onDrop={([file]) => {
          setRejected(false);
          if (file) onFile(file);
        }}
        onReject={() => setRejected(true)}
        maxSize={64 * 1024}
        multiple={false}
        loading={loading}
        disabled={disabled}
        opacity={disabled ? 0.55 : 1}
        aria-label={t('setup.license.drop')}
        inputProps={{ 'aria-label': t('setup.license.drop'), accept: '.lic,text/plain' }}
      >
        <Stack align="center" gap={4} py="sm" c="dimmed" ta="center">
          <FileKey2 size={34} strokeWidth={1.5} aria-hidden />
          <Text fw={500} c="var(--mantine-color-text)">
            {t('setup.license.drop')}
          </Text>
          <Text size="sm">{t('setup.license.dropText')}</Text>
        </Stack>
      </Dropzone>
      <Failure>{rejected ? t('setup.license.rejected') : undefined}</Failure>
    </Stack>
  );
}
