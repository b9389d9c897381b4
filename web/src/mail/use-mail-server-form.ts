import { useTranslation } from 'react-i18next';
import type { MailServerView } from '../../generated/api';
import { queryClient } from '../api/queries';
import { notifyDone } from '../components/notify';
import { useVersionedForm, type VersionedForm } from '../forms/use-versioned-form';
import { mailKey, mailServerOf, type MailServerOwner, updateMailServer } from './mail-calls';
import { type MailServerValues, settingsOf, mailServerValuesOf } from './mail-server-values';

export interface MailServerFormState extends VersionedForm<MailServerView | null, MailServerValues> {
  /** The settings are gone: the form begins empty. */
  forgetServer: () => void;
}

export function useMailServerForm(owner: MailServerOwner, server: MailServerView | null): MailServerFormState {
  const { t } = useTranslation();
  const keep = (newest: MailServerView | null): MailServerView | null => {
    queryClient.setQueryData(mailKey(owner, 'settings'), newest);
    return newest;
  };
  const state = useVersionedForm({
    read: server,
    valuesOf: mailServerValuesOf,
    readAgain: async () => keep(await mailServerOf(owner)),
    save: async (values, basis) => {
      // Someone else has made the first settings meanwhile: they have a version above 0.
      const version = basis?.version ?? (server ? 0 : undefined);
      const saved = keep(await updateMailServer(owner, { ...settingsOf(values), version }));
      notifyDone(t('mail.updated'));
      return saved;
    },
  });
  return { ...state, forgetServer: () => state.restart(keep(null)) };
}
