import { Button, Group, Progress, Select, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { Dropzone } from '@mantine/dropzone';
import '@mantine/dropzone/styles.layer.css';
import { FileArchive, Package } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { pluginKinds } from '../api/enums';
import { Failure } from '../forms/failure';
import type { ServerForm } from '../forms/use-server-form';
import { bytesOf } from '../components/bytes';
import { Dialog } from '../components/dialog';
import type { Library, PluginTexts } from './plugin-calls';
import { usePluginUpload } from './use-plugin-upload';

interface Props {
  library: Library;
  onClose: () => void;
}

/** Takes a package, sends it, and asks for what its manifest does not say. */
export function UploadPlugin({ library, onClose }: Props): React.ReactNode {
  const { t } = useTranslation();
  const { file, choose, sent, asksMore, form, submit, pending, failure } = usePluginUpload(library, onClose);
  return (
    <Dialog onClose={onClose} title={t('plugins.upload')} closeOnClickOutside={!pending}>
      <form onSubmit={submit}>
        <Stack>
          <PackageDrop file={file} disabled={pending} onDrop={choose} />
          <Text size="sm" c={asksMore ? undefined : 'dimmed'} role={asksMore ? 'alert' : undefined}>
            {asksMore ? t('plugins.asksMore') : t('plugins.manifest')}
          </Text>
          <ManifestFields form={form} />
          {sent !== undefined && <UploadProgress sent={sent} />}
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

interface DropProps {
  file: File | undefined;
  disabled: boolean;
  onDrop: (file: File | undefined) => void;
}

function PackageDrop({ file, disabled, onDrop }: DropProps): React.ReactNode {
  const { t, i18n } = useTranslation();
  return (
    <Dropzone
      onDrop={([dropped]) => onDrop(dropped)}
      multiple={false}
      disabled={disabled}
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
  );
}

/** What a manifest says; a field that is filled in here comes first. */
function ManifestFields({ form }: { form: ServerForm<PluginTexts>['form'] }): React.ReactNode {
  const { t } = useTranslation();
  return (
    <>
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
        data={pluginKinds.map((value) => ({ value, label: t(`plugins.kinds.${value}`) }))}
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
    </>
  );
}

/** How much has gone; then the server checks the package. */
function UploadProgress({ sent }: { sent: number }): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Stack gap={4}>
      <Progress value={sent * 100} aria-label={t('plugins.progress')} animated={sent >= 1} />
      <Text size="sm" c="dimmed" className="numbers" role="status">
        {sent < 1 ? t('plugins.sent', { percent: Math.floor(sent * 100) }) : t('plugins.checking')}
      </Text>
    </Stack>
  );
}
