import { Alert, Code, Group, Radio, Stack, Text } from '@mantine/core';
import { TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OfflineLicenseView } from '../../generated/api';
import { CopyLine } from '../components/copy-line';
import { Dialog } from '../components/dialog';
import { DownloadButton } from '../components/download-button';
import { Time } from '../components/time/time';
import { clientsOf, isOfflineClient, type OfflineClient } from './offline-client';

interface Props {
  organizationId: number;
  license: OfflineLicenseView;
  /** Undefined: the client that the license's product is named after. */
  client?: OfflineClient;
  title: string;
  onClose: () => void;
}

/** What the machine needs, by the client that runs on it. */
export function OfflineDownloads({ organizationId, license, client, title, onClose }: Props): React.ReactNode {
  const { t } = useTranslation();
  const clients = clientsOf(license.product);
  const [chosen, setChosen] = useState(client ?? clients[0] ?? 'program');
  const path = `/api/v1/organizations/${organizationId}/offline-licenses/${license.id}/file`;
  return (
    <Dialog onClose={onClose} title={title}>
      <Stack>
        <Text className="break">
          {t('licenses.offline.createdText', { machine: license.machineId })}{' '}
          <Time value={license.expiresAt} as="full" />.
        </Text>
        <Radio.Group
          label={t('licenses.offline.client')}
          value={chosen}
          onChange={(value) => isOfflineClient(value) && setChosen(value)}
        >
          <Stack gap="xs" mt="xs">
            {clients.map((each) => (
              <Radio key={each} value={each} label={t(`licenses.offline.clientName.${each}`)} />
            ))}
          </Stack>
        </Radio.Group>
        {chosen === 'studio' && <ForStudio path={path} />}
        {chosen === 'engine' && <OnlyVendorFiles />}
        {chosen === 'program' && <ForProgram path={path} />}
      </Stack>
    </Dialog>
  );
}

function ForStudio({ path }: { path: string }): React.ReactNode {
  const { t } = useTranslation();
  return (
    <>
      <Text size="sm">{t('licenses.offline.studioHowTo')}</Text>
      <Group gap="xs">
        <DownloadButton path={path} query={{ format: 'ps1' }} fileName="activate-studio.ps1" data-autofocus>
          {t('licenses.offline.scriptWindows')}
        </DownloadButton>
        <DownloadButton path={path} query={{ format: 'sh' }} fileName="activate-studio.sh">
          {t('licenses.offline.scriptUnix')}
        </DownloadButton>
      </Group>
      <CopyLine
        label={t('licenses.offline.runWindows')}
        value="powershell -ExecutionPolicy Bypass -File activate-studio.ps1"
      />
      <CopyLine label={t('licenses.offline.runUnix')} value="sh activate-studio.sh" />
      <Text size="sm">
        {t('licenses.offline.byHand')} <Code>.katalon/application.properties</Code>
      </Text>
      <Group>
        <DownloadButton path={path} query={{ format: 'properties' }} fileName="application.properties">
          {t('licenses.offline.lines')}
        </DownloadButton>
      </Group>
      <Text size="sm" c="dimmed">
        {t('licenses.offline.dialogRefuses')}
      </Text>
    </>
  );
}

function ForProgram({ path }: { path: string }): React.ReactNode {
  const { t } = useTranslation();
  return (
    <>
      <Text size="sm">{t('licenses.offline.programHowTo')}</Text>
      <Group gap="xs">
        <DownloadButton path={path} query={{ format: 'lic' }} fileName="offline.lic" data-autofocus>
          {t('licenses.offline.download')}
        </DownloadButton>
        <DownloadButton path={path} query={{ format: 'pem' }} fileName="signing-key.pem">
          {t('licenses.offline.publicKey')}
        </DownloadButton>
      </Group>
    </>
  );
}

/** For the client that takes nothing from this server. */
export function OnlyVendorFiles(): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Alert color="yellow" icon={<TriangleAlert size={18} aria-hidden />} p="sm">
      {t('licenses.offline.onlyVendor')}
    </Alert>
  );
}
