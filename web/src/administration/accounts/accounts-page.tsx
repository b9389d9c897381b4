import { Checkbox } from '@mantine/core';
import { UsersRound } from 'lucide-react';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AccountView } from '../../../generated/api';
import { answer, api } from '../../api/client';
import { Confirm } from '../../components/confirm';
import { EmptyState } from '../../components/layout/empty-state';
import { PageHeader } from '../../components/layout/page-header';
import { nameOf } from '../../components/person';
import { BulkButton } from '../../table/bulk-button';
import { ServerTable } from '../../table/server-table';
import { type AccountsBulk, AccountsBulkDialog } from './accounts-bulk';
import { type AccountActs, type Act, useAccountActs } from './use-account-acts';
import { useAccountColumns } from './account-columns';
import { AccountEmailDialog } from './account-email-dialog';
import { AccountLinkDialog } from './account-link-dialog';
import { SavedViews } from '../../views/saved-views';

/** All accounts of the server. */
export function AccountsPage(): React.ReactNode {
  const { t } = useTranslation();
  const acts = useAccountActs();
  const { asked, ask, link } = acts;
  const [readdressed, setReaddressed] = useState<AccountView>();
  const [bulk, setBulk] = useState<AccountsBulk>();
  const columns = useAccountColumns({ ask, changeEmail: setReaddressed });
  const actions = (accounts: AccountView[], done: () => void): React.ReactNode => (
    <>
      <BulkButton onClick={() => setBulk({ act: 'enable', accounts, done })}>
        {t('administration.accounts.enable.action')}
      </BulkButton>
      <BulkButton danger onClick={() => setBulk({ act: 'disable', accounts, done })}>
        {t('administration.accounts.disable.action')}
      </BulkButton>
    </>
  );
  return (
    <>
      <PageHeader title={t('administration.accounts.title')} text={t('administration.accounts.text')}>
        <SavedViews />
      </PageHeader>
      <ServerTable
        label={t('administration.accounts.title')}
        queryKey={['accounts']}
        polled
        fetchPage={(query) => answer(api.GET('/api/v1/users', { params: { query } }))}
        columns={columns}
        rowKey={({ id }) => id}
        defaultSort="email"
        bulk={{ nameOf, actions }}
        csv={{ path: '/api/v1/users' }}
        empty={<EmptyState icon={UsersRound} title={t('administration.accounts.none')} />}
      />
      {bulk && <AccountsBulkDialog {...bulk} onClose={() => setBulk(undefined)} />}
      {asked && <Question {...acts} asked={asked} />}
      {readdressed && <AccountEmailDialog account={readdressed} onClose={() => setReaddressed(undefined)} />}
      {link && !asked && <AccountLinkDialog link={link} onClose={acts.forgetLink} />}
    </>
  );
}

type QuestionProps = AccountActs & { asked: NonNullable<AccountActs['asked']> };

function Question({ asked, run, close, revokeApiKeys, setRevokeApiKeys }: QuestionProps): React.ReactNode {
  const { t } = useTranslation();
  const { act, account } = asked;
  const name = nameOf(account);
  return (
    <Confirm
      title={t(`administration.accounts.${act}.title`, { name })}
      text={t(`administration.accounts.${act}.text`, { name })}
      action={t(`administration.accounts.${act}.action`)}
      danger={act === 'disable' || act === 'erase'}
      done={doneText(act, t)}
      run={run}
      onClose={close}
    >
      {act === 'disable' && (
        <Checkbox
          label={t('administration.accounts.disable.revokeKeys')}
          checked={revokeApiKeys}
          onChange={({ currentTarget }) => setRevokeApiKeys(currentTarget.checked)}
        />
      )}
    </Confirm>
  );
}

/** What is said when it is done; undefined: a link is shown. */
function doneText(act: Act, t: TFunction): string | undefined {
  if (act === 'erase') return t('administration.accounts.erase.done');
  return ['reset', 'verify', 'appointUnverified'].includes(act) ? undefined : t('app.saved');
}
