import { Badge, Group, Text } from '@mantine/core';
import {
  AtSign,
  BadgeCheck,
  Ban,
  KeyRound,
  ShieldCheck,
  ShieldOff,
  ShieldX,
  UserRoundCheck,
  UserRoundX,
} from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { AccountView } from '../../../generated/api';
import { useMe } from '../../app/use-me';
import { nameOf, Person } from '../../components/person';
import { Time } from '../../components/time/time';
import { UnverifiedBadge } from '../../components/unverified-badge';
import type { Column } from '../../table/column';
import { type RowAction, RowMenu } from '../../table/row-menu';
import type { Act } from './use-account-acts';

interface Actions {
  ask: (act: Act, account: AccountView) => void;
  changeEmail: (account: AccountView) => void;
}

export function useAccountColumns(actions: Actions): Column<AccountView>[] {
  const { t } = useTranslation();
  return [
    {
      key: 'email',
      title: t('administration.accounts.user'),
      sortable: true,
      minWidth: 250,
      render: (row) => <Addresses {...row} />,
    },
    {
      key: 'organizations',
      title: t('administration.organizations.title'),
      render: ({ organizations }) => (
        <Text size="sm" className="break" maw={320}>
          {organizations.length === 0
            ? '–'
            : organizations.map(({ name, role }) => `${name} (${t(`app.role.${role}`)})`).join(', ')}
        </Text>
      ),
    },
    {
      key: 'disabled',
      title: t('administration.accounts.state'),
      minWidth: 190,
      render: (row) => <State {...row} />,
    },
    {
      key: 'createdAt',
      title: t('administration.accounts.since'),
      sortable: true,
      render: ({ createdAt }) => <Time value={createdAt} as="date" />,
    },
    {
      key: 'lastAccessAt',
      title: t('administration.accounts.lastAccess'),
      sortable: true,
      render: ({ lastAccessAt }) => <Time value={lastAccessAt} />,
    },
    { key: 'actions', title: '', end: true, render: (row) => <AccountMenu account={row} {...actions} /> },
  ];
}

function Addresses(account: AccountView): React.ReactNode {
  const { t } = useTranslation();
  return (
    <>
      <Person {...account} />
      {account.newEmail && (
        <Text size="sm" c="dimmed" className="break">
          {t('administration.accounts.email.pending', { email: account.newEmail })}
        </Text>
      )}
    </>
  );
}

function State({ disabled, root, secondFactor, verified }: AccountView): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Group gap={6}>
      {root && <Badge miw="fit-content">{t('app.role.root')}</Badge>}
      {disabled ? (
        <Badge color="red">{t('administration.accounts.disabled')}</Badge>
      ) : (
        !root && <Badge color="gray">{t('administration.accounts.enabled')}</Badge>
      )}
      {secondFactor && (
        <Badge color="pine" variant="light">
          {t('secondFactor.badge')}
        </Badge>
      )}
      {!verified && <UnverifiedBadge />}
    </Group>
  );
}

function AccountMenu({ account, ask, changeEmail }: Actions & { account: AccountView }): React.ReactNode {
  const { t } = useTranslation();
  const me = useMe();
  const isMine = String(account.id) === me.id;
  const entry = (act: Act, icon: RowAction['icon'], danger = false): RowAction => ({
    ...{ icon, danger },
    label: t(`administration.accounts.${act}.action`),
    run: () => ask(act, account),
  });
  const actions = [
    entry('reset', KeyRound),
    account.secondFactor && entry('resetFactors', ShieldX),
    { label: t('administration.accounts.email.action'), icon: AtSign, run: () => changeEmail(account) },
    !account.verified && entry('verify', BadgeCheck),
    account.root
      ? entry('dismiss', ShieldOff)
      : // The entry keeps its name: what is missing is said in the question.
        {
          ...entry(account.verified ? 'appoint' : 'appointUnverified', ShieldCheck),
          label: t('administration.accounts.appoint.action'),
        },
    account.disabled ? entry('enable', UserRoundCheck) : !isMine && entry('disable', Ban, true),
    !isMine && entry('erase', UserRoundX, true),
  ];
  return <RowMenu name={nameOf(account)} actions={actions.filter((each) => each !== false)} />;
}
