import { Checkbox } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AccountView, ItemError } from '../../../generated/api';
import { answer, api } from '../../api/client';
import { queryClient } from '../../api/queries';
import { nameOf } from '../../components/person';
import { BulkConfirm } from '../../table/bulk-confirm';
import { errorsOf, inParts } from '../../table/bulk-results';

/** Something that is to be done to several accounts. */
export interface AccountsBulk {
  act: 'disable' | 'enable';
  accounts: AccountView[];
  done: () => void;
}

/** Asks before several accounts are disabled, or enabled again. */
export function AccountsBulkDialog(props: AccountsBulk & { onClose: () => void }): React.ReactNode {
  const { act, accounts, done, onClose } = props;
  const { t } = useTranslation();
  const [revokeApiKeys, setRevokeApiKeys] = useState(false);
  const disabled = act === 'disable';
  return (
    <BulkConfirm
      rows={accounts}
      nameOf={nameOf}
      title={t(`show.bulk.${act}.title`, { count: accounts.length })}
      text={t(`show.bulk.${act}.text`)}
      action={t(`administration.accounts.${act}.action`)}
      danger={disabled}
      run={() => change(accounts, disabled ? { disabled, revokeApiKeys } : { disabled })}
      // Revoked keys do not come back.
      undo={
        disabled && revokeApiKeys
          ? undefined
          : (changed) =>
              change(
                changed.filter((account) => account.disabled !== disabled),
                { disabled: !disabled },
              )
      }
      onDone={done}
      onClose={onClose}
    >
      {disabled && (
        <Checkbox
          label={t('administration.accounts.disable.revokeKeys')}
          checked={revokeApiKeys}
          onChange={({ currentTarget }) => setRevokeApiKeys(currentTarget.checked)}
        />
      )}
    </BulkConfirm>
  );
}

async function change(
  accounts: readonly AccountView[],
  body: { disabled: boolean; revokeApiKeys?: boolean },
): Promise<(ItemError | null)[]> {
  const results = await inParts(
    accounts.map(({ id }) => id),
    (userIds) => answer(api.POST('/api/v1/users/bulk', { body: { userIds, ...body } })),
  );
  await queryClient.invalidateQueries({ queryKey: ['accounts'] });
  return errorsOf(
    accounts,
    ({ id }) => id,
    results,
    ({ userId }) => userId,
  );
}
