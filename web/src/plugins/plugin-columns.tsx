import { Badge, Group, Stack, Text } from '@mantine/core';
import { Lock } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { PluginView } from '../../generated/api';
import { bytesOf } from '../components/bytes';
import { CopyButton } from '../components/copy-button';
import { Time } from '../components/time/time';
import type { Column } from '../table/column';
import { type RowAction, RowMenu } from '../table/row-menu';
import type { Library } from './plugin-calls';

export function usePluginColumns(
  library: Library,
  actionsFor: (plugin: PluginView) => RowAction[],
): Column<PluginView>[] {
  const { t, i18n } = useTranslation();
  return [
    { key: 'name', title: t('plugins.plugin'), sortable: true, render: (row) => <Description {...row} /> },
    {
      key: 'version',
      title: t('plugins.version'),
      render: ({ version }) => <span className="numbers">{version}</span>,
    },
    {
      key: 'kind',
      title: t('plugins.kind'),
      minWidth: 170,
      render: (row) => <Kind {...row} marksPrivate={library !== 'public'} />,
    },
    {
      key: 'size',
      title: t('plugins.size'),
      end: true,
      render: ({ size }) => (
        <span className="numbers" style={{ whiteSpace: 'nowrap' }}>
          {bytesOf(size, i18n.language)}
        </span>
      ),
    },
    { key: 'sha256', title: 'SHA-256', render: (row) => <Checksum {...row} /> },
    {
      key: 'uploadedAt',
      title: t('plugins.uploaded'),
      minWidth: 170,
      sortable: true,
      render: (row) => <Uploaded {...row} />,
    },
    {
      key: 'actions',
      title: '',
      end: true,
      render: (row) => <RowMenu name={`${row.name} ${row.version}`} actions={actionsFor(row)} />,
    },
  ];
}

function Description({ name, description, newest }: PluginView): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Stack gap={0} maw={420}>
      <Group gap={8}>
        <Text fw={500} className="break">
          {name}
        </Text>
        {!newest && <Badge color="gray">{t('plugins.older')}</Badge>}
      </Group>
      {description && (
        <Text size="sm" c="dimmed" className="break" lineClamp={2}>
          {description}
        </Text>
      )}
    </Stack>
  );
}

function Kind({ kind, visibility, marksPrivate }: PluginView & { marksPrivate: boolean }): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Group gap={6}>
      <Badge color="gray">{t(`plugins.kinds.${kind}`)}</Badge>
      {marksPrivate && visibility === 'private' && (
        <Badge leftSection={<Lock size={11} aria-hidden />}>{t('plugins.private')}</Badge>
      )}
    </Group>
  );
}

function Checksum({ sha256, name, version }: PluginView): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Group gap={2} wrap="nowrap">
      <Text size="sm" ff="monospace" title={sha256}>
        {sha256.slice(0, 10)}…
      </Text>
      <CopyButton value={sha256} label={t('plugins.copySum', { name: `${name} ${version}` })} />
    </Group>
  );
}

function Uploaded({ uploadedAt, uploadedBy }: PluginView): React.ReactNode {
  return (
    <Stack gap={0}>
      <Time value={uploadedAt} as="date" />
      {uploadedBy && (
        <Text size="sm" c="dimmed" className="break">
          {uploadedBy}
        </Text>
      )}
    </Stack>
  );
}
