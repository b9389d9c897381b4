import { Button, Group, Progress, Select, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { Dropzone } from '@mantine/dropzone';
import '@mantine/dropzone/styles.layer.css';
import { FileArchive, Package } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Problem } from '../api/problem';
import { Failure } from '../forms/failure';
import { useServerForm } from '../forms/use-server-form';
import { bytesOf } from '../components/bytes';
import { Dialog } from '../components/dialog';
import { notifyDone } from '../components/notify';
import { type Library, type PluginKind, type PluginWords, refreshPlugins, uploadPlugin } from './plugin-calls';

const kinds: readonly PluginKind[] = ['custom-keywords', 'studio'];

interface Props {
  library: Library;
  onClose: () => void;
}

/** Takes a package, sends it, and asks for what its manifest does not say. */
export function UploadPlugin({ library, onClose }: Props): React.ReactNode {
  const { t, i18n } = useTranslation();
  const [file, setFile] = useState<File>();
  const [sent, setSent] = useState<number>();
  const [asksMore, setAsksMore] = useState(false);
  const stop = useRef<AbortController>(null);
  useEffect(() => () => stop.current?.abort(), []);
  const { form, submit, pending, failure } = useServerForm<PluginWords>(
    {
      initialValues: { name: '', version: '', kind: null, description: '' },
    },
    async (words) => {
      if (!file) return;
      stop.current = new AbortController();
      setSent(0);
      try {
        const { name, version } = await uploadPlugin(library, file, words, setSent, stop.current.signal);
        await refreshPlugins(library);
        notifyDone(t('plugins.uploadedDone', { name: `${name} ${version}` }));
        onClose();
      } catch (error) {
        if (error instanceof DOMException) return;
        if (error instanceof Problem && error.code === 'plugin-metadata-missing') {
          setAsksMore(true);
          const found = error.details.found as Partial<PluginWords> | undefined;
          for (const [field, value] of Object.entries(found ?? {})) form.setFieldValue(field, value);
        }
        throw error;
      } finally {
        setSent(undefined);
      }
    },
  );
  return (
    <Dialog onClose={onClose} title={t('plugins.upload')} closeOnClickOutside={!pending}>
      <form onSubmit={submit}>
        <Stack>
          <Dropzone
            onDrop={([dropped]) => {
              setFile(dropped);
              setAsksMore(false);
            }}
            multiple={false}
            disabled={pending}
            aria-label={t('plugins.drop')}
            inputProps={{ 'aria-label': t('plugins.drop') }}
            accept={{ 'application/java-archive': ['.jar'], 'application/zip': ['.zip'] }}
            p="md"
          >
            <Stack align="center" gap={4} ta="center">
              {file ? <FileArchive size={30} strokeWidth={1.5} aria-hidden /> : <Package size={30} aria-hidden />}
              <Text fw={500} className="break">
                {file ? file.name : t('plugins.drop')}
              </Text>
              <Text size="sm" c="dimmed">
                {file ? bytesOf(file.size, i18n.language) : t('plugins.dropText')}
              </Text>
            </Stack>
          </Dropzone>
          <Text size="sm" c={asksMore ? undefined : 'dimmed'} role={asksMore ? 'alert' : undefined}>
            {asksMore ? t('plugins.asksMore') : t('plugins.manifest')}
          </Text>
          <Group grow align="flex-start">
            <TextInput label={t('plugins.name')} maxLength={100} {...form.getInputProps('name')} />
            <TextInput
              label={t('plugins.version')}
              placeholder={t('plugins.asManifest')}
              maxLength={50}
              {...form.getInputProps('version')}
            />
          </Group>
          <Select
            label={t('plugins.kind')}
            description={t('plugins.kindHint')}
            placeholder={t('plugins.asManifest')}
            clearable
            clearButtonProps={{ 'aria-label': t('show.clear') }}
            data={kinds.map((value) => ({ value, label: t(`plugins.kinds.${value}`) }))}
            {...form.getInputProps('kind')}
          />
          <Textarea
            label={t('plugins.description')}
            maxLength={2000}
            autosize
            minRows={2}
            maxRows={6}
            {...form.getInputProps('description')}
          />
          {sent !== undefined && (
            <Stack gap={4}>
              <Progress value={sent * 100} aria-label={t('plugins.progress')} animated={sent >= 1} />
              <Text size="sm" c="dimmed" className="numbers" role="status">
                {sent < 1 ? t('plugins.sent', { percent: Math.floor(sent * 100) }) : t('plugins.checking')}
              </Text>
            </Stack>
          )}
          <Failure>{failure}</Failure>
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('app.cancel')}
            </Button>
            <Button type="submit" loading={pending} disabled={!file}>
              {t('plugins.uploadAction')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
