import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Problem } from '../api/problem';
import { notifyDone } from '../components/notify';
import { type ServerForm, useServerForm } from '../forms/use-server-form';
import { type Library, type PluginTexts, refreshPlugins, uploadPlugin } from './plugin-calls';

export interface PluginUpload extends ServerForm<PluginTexts> {
  file: File | undefined;
  choose: (file: File | undefined) => void;
  /** The share that has gone, 0 to 1, while the package is on its way. */
  sent: number | undefined;
  /** The manifest does not say everything. */
  asksMore: boolean;
}

/** A package on its way into a library; closing the dialog ends the upload. */
export function usePluginUpload(library: Library, onDone: () => void): PluginUpload {
  const { t } = useTranslation();
  const [file, setFile] = useState<File>();
  const [sent, setSent] = useState<number>();
  const [asksMore, setAsksMore] = useState(false);
  const stop = useRef<AbortController>(null);
  useEffect(() => () => stop.current?.abort(), []);
  const state = useServerForm<PluginTexts>(
    { initialValues: { name: '', version: '', kind: null, description: '' } },
    async (texts) => {
      if (!file) return;
      stop.current = new AbortController();
      setSent(0);
      try {
        const { signal } = stop.current;
        const { name, version } = await uploadPlugin(library, file, texts, { onSent: setSent, signal });
        await refreshPlugins(library);
        notifyDone(t('plugins.uploadedDone', { name: `${name} ${version}` }));
        onDone();
      } catch (error) {
        if (error instanceof DOMException) return;
        if (error instanceof Problem && error.code === 'plugin-metadata-missing') {
          setAsksMore(true);
          const found = error.details.found as Partial<PluginTexts> | undefined;
          for (const [field, value] of Object.entries(found ?? {})) state.form.setFieldValue(field, value);
        }
        throw error;
      } finally {
        setSent(undefined);
      }
    },
  );
  return {
    ...{ ...state, file, sent, asksMore },
    choose: (chosen) => {
      setFile(chosen);
      setAsksMore(false);
    },
  };
}
