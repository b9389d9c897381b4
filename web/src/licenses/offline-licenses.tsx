import { ActionIcon, Badge, Button, Code, Tooltip } from '@mantine/core';
import { Download, FilePlus2, WifiOff } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OfflineLicenseView } from '../../generated/api';
import { answer, api } from '../api/client';
import { organizationKey } from '../api/queries';
import { MachineLink } from '../app/subject-link';
import { useOrganization } from '../app/use-me';
import { EmptyState } from '../components/layout/empty-state';
import { Time } from '../components/time/time';
import type { Column } from '../table/column';
import { ServerTable } from '../table/server-table';
import { NewOfflineLicense } from './new-offline-license';
import { OfflineDownloads } from './offline-downloads';

/** Licenses of machines without a network: files that take a seat until they expire. */
export function OfflineLicenses(): React.ReactNode {
  const { t } = useTranslation();
  const { id: organizationId, may } = useOrganization();
  const [creating, setCreating] = useState(false);
  const [downloading, setDownloading] = useState<OfflineLicenseView>();
  const columns = useOfflineColumns(setDownloading);
  const create = may('offline-license.create') && (
    <Button leftSection={<FilePlus2 size={16} aria-hidden />} onClick={() => setCreating(true)}>
      {t('licenses.offline.create')}
    </Button>
  );
  return (
    <>
      <ServerTable
        label={t('licenses.tab.offline')}
        queryKey={organizationKey(organizationId, 'offline-licenses', 'list')}
        fetchPage={(query) =>
          answer(
            api.GET('/api/v1/organizations/{organizationId}/offline-licenses', {
              params: { path: { organizationId }, query },
            }),
          )
        }
        columns={columns}
        rowKey={({ id }) => id}
        csv={{ path: `/api/v1/organizations/${organizationId}/offline-licenses` }}
        defaultSort="createdAt,desc"
        toolbar={create}
        empty={
          <EmptyState icon={WifiOff} title={t('licenses.offline.none')} text={t('licenses.offline.noneText')}>
            {create}
          </EmptyState>
        }
      />
      {creating && <NewOfflineLicense organizationId={organizationId} onClose={() => setCreating(false)} />}
      {downloading && (
        <OfflineDownloads
          organizationId={organizationId}
          license={downloading}
          title={t('licenses.offline.openDownloads')}
          onClose={() => setDownloading(undefined)}
        />
      )}
    </>
  );
}

function useOfflineColumns(onDownload: (license: OfflineLicenseView) => void): Column<OfflineLicenseView>[] {
  const { t } = useTranslation();
  return [
    {
      key: 'machineId',
      title: t('licenses.offline.machineId'),
      sortable: true,
      render: (row) => <MachineId {...row} />,
    },
    {
      key: 'product',
      title: t('licenses.product'),
      sortable: true,
      render: ({ product, model }) => `${t(`app.productName.${product}`)}, ${t(`app.model.${model}`)}`,
    },
    { key: 'createdBy', title: t('licenses.offline.createdBy'), render: ({ createdBy }) => createdBy ?? '–' },
    {
      key: 'createdAt',
      title: t('licenses.offline.createdAt'),
      sortable: true,
      render: ({ createdAt }) => <Time value={createdAt} />,
    },
    {
      key: 'expiresAt',
      title: t('licenses.offline.expiresAt'),
      sortable: true,
      render: ({ expiresAt, active }) =>
        active ? <Time value={expiresAt} as="date" /> : <Badge color="gray">{t('licenses.offline.expired')}</Badge>,
    },
    {
      key: 'file',
      title: '',
      end: true,
      render: (license) => (
        <Tooltip label={t('licenses.offline.openDownloads')}>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t('licenses.offline.downloadFor', { machine: license.machineId })}
            onClick={() => onDownload(license)}
          >
            <Download size={18} aria-hidden />
          </ActionIcon>
        </Tooltip>
      ),
    },
  ];
}

function MachineId({ machineId }: OfflineLicenseView): React.ReactNode {
  return (
    <MachineLink machineId={machineId}>
      <Code className="break">{machineId}</Code>
    </MachineLink>
  );
}
