import { FileInput, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { InvitationResult } from '../../generated/api';
import { answer, api } from '../api/client';
import { refreshOrganization } from '../api/queries';
import { useOrganization } from '../app/use-me';
import { FormDialog } from '../forms/dialog';
import { type ServerForm, useServerForm } from '../forms/use-server-form';
import { Addresses, InviteResults } from './invite-results';

/** Invites people of a CSV list, each with a role, team and seats; what would become of each is shown before. */
export function InviteList({ choice, onClose }: { choice: React.ReactNode; onClose: () => void }): React.ReactNode {
  const { t } = useTranslation();
  const { id: organizationId } = useOrganization();
  const { form, preview, results, edit, ...state } = useListForm(organizationId);
  if (results) return <InviteResults results={results} onClose={onClose} />;
  const refused = preview?.filter(({ error }) => error) ?? [];
  const count = (preview?.length ?? 0) - refused.length;
  const action = count > 0 ? t('users.invite.list.submit', { count }) : t('users.invite.list.check');
  return (
    <FormDialog title={t('users.invite.title')} action={action} onClose={onClose} {...state}>
      {choice}
      <FileInput
        label={t('users.invite.list.file')}
        description={t('users.invite.list.hint')}
        placeholder={t('users.invite.list.choose')}
        accept=".csv,.txt,text/csv"
        onChange={(file) => void file?.text().then(edit)}
      />
      <Textarea
        label={t('users.invite.list.text')}
        placeholder={'email,role,team,assign\ngrace@example.com,ADMIN,Checkout,KSE\nalan@example.com,,,'}
        autosize
        minRows={4}
        maxRows={8}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        {...form.getInputProps('csv')}
        onChange={({ currentTarget }) => edit(currentTarget.value)}
      />
      {preview && (
        <div role="status">
          <Text size="sm">{t('users.invite.list.ready', { count })}</Text>
          {refused.length > 0 && (
            <>
              <Text size="sm" mt="sm">
                {t('users.invite.list.refused', { count: refused.length })}
              </Text>
              <Addresses results={refused} />
            </>
          )}
        </div>
      )}
    </FormDialog>
  );
}

interface Values {
  csv: string;
}

interface ListForm extends ServerForm<Values> {
  /** What would become of each line of the list as it is; undefined: it is not known yet. */
  preview: InvitationResult[] | undefined;
  /** What became of each line. */
  results: InvitationResult[] | undefined;
  edit: (csv: string) => void;
}

/** Sending it tells what would become of the list, and once that is known invites. */
function useListForm(organizationId: number): ListForm {
  const [preview, setPreview] = useState<InvitationResult[]>();
  const [results, setResults] = useState<InvitationResult[]>();
  const state = useServerForm<Values>({ initialValues: { csv: '' } }, async ({ csv }) => {
    const isChecked = preview?.some(({ error }) => !error) ?? false;
    const outcome = await answer(
      api.POST('/api/v1/organizations/{organizationId}/invitations', {
        params: { path: { organizationId } },
        body: { csv, preview: !isChecked },
      }),
    );
    if (isChecked) {
      setResults(outcome);
      await refreshOrganization(organizationId, ['invitations']);
    } else setPreview(outcome);
  });
  const edit = (csv: string): void => {
    state.form.setFieldValue('csv', csv);
    setPreview(undefined);
    state.forget();
  };
  return { ...state, preview, results, edit };
}
