import { Alert, Button, Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Download, Lock, PackageOpen, Puzzle, Trash2, Upload } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PluginView } from '../../generated/api';
import { Confirm } from '../components/confirm';
import { EmptyState } from '../components/layout/empty-state';
import type { RowAction } from '../table/row-menu';
import { ServerTable } from '../table/server-table';
import { libraryAddressOf, deletePlugin, type Library, pluginKey, pluginsOf } from './plugin-calls';
import { usePluginColumns } from './plugin-columns';
import { UploadPlugin } from './upload-plugin';

interface Props {
  library: Library;
  /** Whether the reader may add and remove packages. */
  manages: boolean;
}

/** Packages in a library, each version, and what can be done with them. */
export function PluginLibrary({ library, manages }: Props): React.ReactNode {
  const { t } = useTranslation();
  const [uploading, setUploading] = useState(false);
  const [deleting, setDeleting] = useState<PluginView>();
  const { data: any } = useQuery({
    queryKey: pluginKey(library, 'any'),
    queryFn: () => pluginsOf(library, { page: 0, size: 1 }),
  });
  const actionsFor = usePluginActions(library, manages, setDeleting);
  const columns = usePluginColumns(library, actionsFor);
  // An organization whose license does not include private plugins still has the public ones.
  const mayUpload = manages && any?.privatePlugins !== false;
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
        csv={{ path: library === 'public' ? '/api/v1/plugins' : `/api/v1/organizations/${library}/plugins` }}
        defaultSort="name"
        toolbar={
          <Group gap="sm">
            {(any?.totalElements ?? 0) > 0 && <DownloadAll library={library} />}
            {upload}
          </Group>
        }
        empty={<NoPlugins>{upload}</NoPlugins>}
      />
      {uploading && <UploadPlugin library={library} onClose={() => setUploading(false)} />}
      {deleting && <DeletePlugin library={library} plugin={deleting} onClose={() => setDeleting(undefined)} />}
    </>
  );
}

/** What the reader can do with a package. */
function usePluginActions(
  library: Library,
  manages: boolean,
  onDelete: (plugin: PluginView) => void,
): (plugin: PluginView) => RowAction[] {
  const { t } = useTranslation();
  return (plugin) => {
    const download = {
      label: t('plugins.download'),
      icon: Download,
      run: () => location.assign(`${libraryAddressOf(library)}/${plugin.id}/download`),
    };
    const mayDelete = manages && (library === 'public' || plugin.visibility === 'private');
    if (!mayDelete) return [download];
    return [download, { label: t('plugins.delete'), icon: Trash2, danger: true, run: () => onDelete(plugin) }];
  };
}

function DownloadAll({ library }: { library: Library }): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Button
      component="a"
      href={`${libraryAddressOf(library)}/archive`}
      download
      variant="default"
      leftSection={<PackageOpen size={16} aria-hidden />}
    >
      {t('plugins.downloadAll')}
    </Button>
  );
}

interface DeleteProps {
  library: Library;
  plugin: PluginView;
  onClose: () => void;
}

function DeletePlugin({ library, plugin, onClose }: DeleteProps): React.ReactNode {
  const { t } = useTranslation();
  const name = `${plugin.name} ${plugin.version}`;
  return (
    <Confirm
      title={t('plugins.deleteTitle', { name })}
      text={t('plugins.deleteText')}
      action={t('plugins.delete')}
      danger
      done={t('plugins.deleted', { name })}
      run={() => deletePlugin(library, plugin.id)}
      onClose={onClose}
    />
  );
}

/** @param children the way to upload one, for those who may */
function NoPlugins({ children }: { children: React.ReactNode }): React.ReactNode {
  const { t } = useTranslation();
  return (
    <EmptyState icon={Puzzle} title={t('plugins.none')} text={children ? t('plugins.noneText') : t('plugins.noneAsk')}>
      {children}
    </EmptyState>
  );
}
