import { Alert, Badge, Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Download, Lock, PackageOpen, Puzzle, Trash2, Upload } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PluginView } from '../../generated/api';
import { bytesOf } from '../components/bytes';
import { Confirm } from '../components/confirm';
import { CopyButton } from '../components/copy-button';
import { EmptyState } from '../components/empty-state';
import { Time } from '../components/time';
import { RowMenu } from '../table/row-menu';
import { type Column, ServerTable } from '../table/server-table';
import { addressOf, deletePlugin, type Library, pluginKey, pluginsOf } from './plugin-calls';
import { UploadPlugin } from './upload-plugin';

interface Props {
  library: Library;
  /** Whether the reader may add and remove packages. */
  manages: boolean;
}

/** Packages in a library, each version, and what can be done with them. */
export function PluginLibrary({ library, manages }: Props): React.ReactNode {
  const { t, i18n } = useTranslation();
  const [uploading, setUploading] = useState(false);
  const [deleting, setDeleting] = useState<PluginView>();
  const { data: any } = useQuery({
    queryKey: pluginKey(library, 'any'),
    queryFn: () => pluginsOf(library, { page: 0, size: 1 }),
  });
  // An organization whose license does not include private plugins still has the public ones.
  const mayUpload = manages && any?.privatePlugins !== false;
  const mayDelete = ({ visibility }: PluginView): boolean =>
    manages && (library === 'public' || visibility === 'private');
  const download = ({ id }: PluginView): void => location.assign(`${addressOf(library)}/${id}/download`);
  const columns: Column<PluginView>[] = [
    {
      key: 'name',
      title: t('plugins.plugin'),
      sortable: true,
      render: ({ name, description, newest }) => (
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
      ),
    },
    {
      key: 'version',
      title: t('plugins.version'),
      render: ({ version }) => <span className="numbers">{version}</span>,
    },
    {
      key: 'kind',
      title: t('plugins.kind'),
      minWidth: 170,
      render: ({ kind, visibility }) => (
        <Group gap={6}>
          <Badge color="gray">{t(`plugins.kinds.${kind}`)}</Badge>
          {library !== 'public' && visibility === 'private' && (
            <Badge leftSection={<Lock size={11} aria-hidden />}>{t('plugins.private')}</Badge>
          )}
        </Group>
      ),
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
    {
      key: 'sha256',
      title: 'SHA-256',
      render: ({ sha256, name, version }) => (
        <Group gap={2} wrap="nowrap">
          <Text size="sm" ff="monospace" title={sha256}>
            {sha256.slice(0, 10)}…
          </Text>
          <CopyButton value={sha256} label={t('plugins.copySum', { name: `${name} ${version}` })} />
        </Group>
      ),
    },
    {
      key: 'uploadedAt',
      title: t('plugins.uploaded'),
      minWidth: 170,
      sortable: true,
      render: ({ uploadedAt, uploadedBy }) => (
        <Stack gap={0}>
          <Time value={uploadedAt} as="date" />
          {uploadedBy && (
            <Text size="sm" c="dimmed" className="break">
              {uploadedBy}
            </Text>
          )}
        </Stack>
      ),
    },
    {
      key: 'actions',
      title: '',
      end: true,
      render: (row) => (
        <RowMenu
          name={`${row.name} ${row.version}`}
          actions={[
            { label: t('plugins.download'), icon: Download, run: () => download(row) },
            ...(mayDelete(row)
              ? [{ label: t('plugins.delete'), icon: Trash2, danger: true, run: () => setDeleting(row) }]
              : []),
          ]}
        />
      ),
    },
  ];
  const upload = mayUpload && (
    <Button leftSection={<Upload size={16} aria-hidden />} onClick={() => setUploading(true)}>
      {t('plugins.upload')}
    </Button>
  );
  return (
    <>
      {manages && any?.privatePlugins === false && (
        <Alert color="gray" icon={<Lock size={18} aria-hidden />} mb="md">
          {t('plugins.notLicensed')}
        </Alert>
      )}
      <ServerTable
        label={library === 'public' ? t('plugins.publicTitle') : t('plugins.title')}
        queryKey={pluginKey(library, 'list')}
        polled={library === 'public'}
        fetchPage={(query) => pluginsOf(library, query)}
        columns={columns}
        rowKey={({ id }) => id}
        defaultSort="name"
        toolbar={
          <Group gap="sm">
            {(any?.totalElements ?? 0) > 0 && (
              <Button
                component="a"
                href={`${addressOf(library)}/archive`}
                download
                variant="default"
                leftSection={<PackageOpen size={16} aria-hidden />}
              >
                {t('plugins.downloadAll')}
              </Button>
            )}
            {upload}
          </Group>
        }
        empty={
          <EmptyState
            icon={Puzzle}
            title={t('plugins.none')}
            text={mayUpload ? t('plugins.noneText') : t('plugins.noneAsk')}
          >
            {upload}
          </EmptyState>
        }
      />
      {uploading && <UploadPlugin library={library} onClose={() => setUploading(false)} />}
      {deleting && (
        <Confirm
          title={t('plugins.deleteTitle', { name: `${deleting.name} ${deleting.version}` })}
          text={t('plugins.deleteText')}
          action={t('plugins.delete')}
          danger
          done={t('plugins.deleted', { name: `${deleting.name} ${deleting.version}` })}
          run={() => deletePlugin(library, deleting.id)}
          onClose={() => setDeleting(undefined)}
        />
      )}
    </>
  );
}
