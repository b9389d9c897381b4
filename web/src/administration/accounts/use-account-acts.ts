import { useState } from 'react';
import type { AccountChange, AccountView, ResetLink } from '../../../generated/api';
import { answer, api } from '../../api/client';
import { queryClient } from '../../api/queries';
import { nameOf } from '../../components/person';

/** What an administrator can do to an account after a question. */
export type Act =
  'disable' | 'enable' | 'appoint' | 'appointUnverified' | 'verify' | 'dismiss' | 'reset' | 'resetFactors' | 'erase';

const changes: Record<Exclude<Act, 'reset' | 'resetFactors' | 'erase'>, AccountChange> = {
  disable: { disabled: true },
  enable: { disabled: false },
  appoint: { root: true },
  appointUnverified: { root: true, confirm: true },
  verify: { verified: true },
  dismiss: { root: false },
};

/** A link for a new password, and the account that it is for. */
export type AccountLink = ResetLink & { name: string };

export interface AccountActs {
  /** What the administrator is asked to confirm. */
  asked: { act: Act; account: AccountView } | undefined;
  ask: (act: Act, account: AccountView) => void;
  close: () => void;
  /** Disabling an account revokes its API keys, too. */
  revokeApiKeys: boolean;
  setRevokeApiKeys: (revokes: boolean) => void;
  /** @param version that the administrator has seen since, where someone else has changed the account */
  run: (version?: number) => Promise<void>;
  /** The link to hand on, until it is forgotten. */
  link: AccountLink | undefined;
  forgetLink: () => void;
}

/** The question that is open about an account, and what comes of it. */
export function useAccountActs(): AccountActs {
  const [asked, setAsked] = useState<AccountActs['asked']>();
  const [revokeApiKeys, setRevokeApiKeys] = useState(false);
  const [link, setLink] = useState<AccountLink>();
  return {
    ...{ asked, revokeApiKeys, setRevokeApiKeys, link },
    ask: (act, account) => {
      setRevokeApiKeys(false);
      setAsked({ act, account });
    },
    close: () => setAsked(undefined),
    run: async (version) => {
      if (!asked) return;
      const { act, account } = asked;
      if (act === 'erase') return erase(account);
      if (act === 'resetFactors') return resetFactors(account);
      const made = await (act === 'reset'
        ? resetPassword(account)
        : change(account, {
            ...changes[act],
            version: version ?? account.version,
            ...(act === 'disable' ? { revokeApiKeys } : {}),
          }));
      if (made) setLink({ ...made, name: nameOf(account) });
    },
    forgetLink: () => setLink(undefined),
  };
}

function resetPassword({ id }: AccountView): Promise<ResetLink> {
  return answer(api.POST('/api/v1/users/{userId}/reset-password', { params: { path: { userId: id } } }));
}

async function erase({ id }: AccountView): Promise<void> {
  await answer(api.DELETE('/api/v1/users/{userId}/personal-data', { params: { path: { userId: id } } }));
  await queryClient.invalidateQueries({ queryKey: ['accounts'] });
}

async function resetFactors({ id }: AccountView): Promise<void> {
  await answer(api.DELETE('/api/v1/users/{userId}/second-factors', { params: { path: { userId: id } } }));
  await queryClient.invalidateQueries({ queryKey: ['accounts'] });
}

/** @returns the link to a first password, if the change asks for one */
async function change({ id }: AccountView, body: AccountChange): Promise<ResetLink | null | undefined> {
  const { passwordLink } = await answer(
    api.PATCH('/api/v1/users/{userId}', { params: { path: { userId: id } }, body }),
  );
  await queryClient.invalidateQueries({ queryKey: ['accounts'] });
  return passwordLink;
}
