import { Alert, Button, Divider, Group, Stack, Text } from '@mantine/core';
import { Dropzone } from '@mantine/dropzone';
import '@mantine/dropzone/styles.layer.css';
import { useMutation } from '@tanstack/react-query';
import { FileKey2, KeyRound } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '../api/client';
import { infoQuery, queryClient } from '../api/queries';
import { Failure } from '../forms/failure';
import { CopyButton } from '../show/copy-button';
import { wordsOf } from '../show/tell';
import { SetupFrame, type StepProps } from './setup-frame';
import { TokenField } from './token-field';

/** The first step: what this server may grant. */
export function LicenseStep({ info, token, onToken }: StepProps): React.ReactNode {
  const { t } = useTranslation();
  const [rejected, setRejected] = useState(false);
  const headers = { 'X-Setup-Token': token };
  const step = useMutation({
    mutationFn: async (file?: File) => {
      if (file) await answer(api.POST('/api/v1/setup/license', { body: { license: await file.text() }, headers }));
      else await answer(api.POST('/api/v1/setup/evaluation', { headers }));
      await queryClient.refetchQueries(infoQuery);
    },
  });
  return (
    <SetupFrame step={0} title={t('setup.license.title')} text={t('setup.license.text')}>
      <Stack>
        <TokenField value={token} onChange={onToken} />
        {!info.vendorKey && (
          <Alert color="yellow" icon={<KeyRound size={18} aria-hidden />}>
            {t('setup.license.noVendorKey')}
          </Alert>
        )}
        <Dropzone
          onDrop={([file]) => file && step.mutate(file)}
          onReject={() => setRejected(true)}
          onDropAny={() => setRejected(false)}
          maxSize={64 * 1024}
          maxFiles={1}
          multiple={false}
          loading={step.isPending}
          disabled={token === '' || !info.vendorKey}
          inputProps={{ 'aria-label': t('setup.license.drop') }}
        >
          <Stack align="center" gap={4} py="md">
            <FileKey2 size={36} strokeWidth={1.5} aria-hidden />
            <Text fw={500}>{t('setup.license.drop')}</Text>
            <Text size="sm" c="dimmed">
              {t('setup.license.dropText')}
            </Text>
          </Stack>
        </Dropzone>
        <Failure>{rejected ? t('setup.license.rejected') : step.error ? wordsOf(step.error) : undefined}</Failure>
        <Divider label={t('setup.license.or')} />
        <Group justify="space-between">
          <Text size="sm" c="dimmed" maw={320}>
            {t('setup.license.evaluationText')}
          </Text>
          <Button
            variant="light"
            disabled={token === ''}
            loading={step.isPending}
            onClick={() => step.mutate(undefined)}
          >
            {t('setup.license.evaluation')}
          </Button>
        </Group>
        <Group gap={4}>
          <Text size="sm" c="dimmed">
            {t('setup.license.serverId')}: <code className="break">{info.serverId}</code>
          </Text>
          <CopyButton value={info.serverId} />
        </Group>
      </Stack>
    </SetupFrame>
  );
}
