import { Badge, Button, Checkbox, Group, Stack, Text, TextInput } from '@mantine/core';
import { AtSign, BadgeCheck, Ban, KeyRound, ShieldCheck, ShieldOff, UserRoundCheck, UsersRound } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AccountChange, AccountView, ResetLink } from '../../generated/api';
import { answer, api } from '../api/client';
import { queryClient } from '../api/queries';
import { useMe } from '../app/use-me';
import { Confirm } from '../components/confirm';
import { CopyButton } from '../components/copy-button';
import { Dialog } from '../components/dialog';
import { EmptyState } from '../components/empty-state';
import { PageHeader } from '../components/page-header';
import { nameOf, Person } from '../components/person';
import { Time } from '../components/time';
import { UnverifiedBadge } from '../components/unverified-badge';
import { RowMenu } from '../table/row-menu';
import { type Column, ServerTable } from '../table/server-table';
import { AccountEmailDialog } from './account-email-dialog';

type Act = 'disable' | 'enable' | 'appoint' | 'appointUnverified' | 'verify' | 'dismiss' | 'reset';

/** All accounts of the server. */
export function AccountsPage(): React.ReactNode {
  const { t } = useTranslation();
  const me = useMe();
  const [asked, setAsked] = useState<{ act: Act; account: AccountView }>();
  const [revokeApiKeys, setRevokeApiKeys] = useState(false);
  const [readdressed, setReaddressed] = useState<AccountView>();
  const [link, setLink] = useState<ResetLink & { name: string }>();
  const columns: Column<AccountView>[] = [
    {
      key: 'email',
      title: t('administration.accounts.user'),
      sortable: true,
      minWidth: 250,
      render: (row) => (
        <>
          <Person {...row} />
          {row.newEmail && (
            <Text size="sm" c="dimmed" className="break">
              {t('administration.accounts.email.pending', { email: row.newEmail })}
            </Text>
          )}
        </>
      ),
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
      render: ({ disabled, root, verified }) => (
        <Group gap={6}>
          {root && <Badge miw="fit-content">{t('app.role.root')}</Badge>}
          {disabled ? (
            <Badge color="red">{t('administration.accounts.disabled')}</Badge>
          ) : (
            !root && <Badge color="gray">{t('administration.accounts.enabled')}</Badge>
          )}
          {!verified && <UnverifiedBadge />}
        </Group>
      ),
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
    {
      key: 'actions',
      title: '',
      end: true,
      render: (account) => {
        const ask = (act: Act) => () => {
          setRevokeApiKeys(false);
          setAsked({ act, account });
        };
        const itself = String(account.id) === me.id;
        return (
          <RowMenu
            name={nameOf(account)}
            actions={[
              { label: t('administration.accounts.reset.action'), icon: KeyRound, run: ask('reset') },
              {
                label: t('administration.accounts.email.action'),
                icon: AtSign,
                run: () => setReaddressed(account),
              },
              ...(account.verified
                ? []
                : [{ label: t('administration.accounts.verify.action'), icon: BadgeCheck, run: ask('verify') }]),
              account.root
                ? { label: t('administration.accounts.dismiss.action'), icon: ShieldOff, run: ask('dismiss') }
                : {
                    label: t('administration.accounts.appoint.action'),
                    icon: ShieldCheck,
                    run: ask(account.verified ? 'appoint' : 'appointUnverified'),
                  },
              ...(account.disabled
                ? [{ label: t('administration.accounts.enable.action'), icon: UserRoundCheck, run: ask('enable') }]
                : itself
                  ? []
                  : [
                      {
                        label: t('administration.accounts.disable.action'),
                        icon: Ban,
                        danger: true,
                        run: ask('disable'),
                      },
                    ]),
            ]}
          />
        );
      },
    },
  ];
  return (
    <>
      <PageHeader title={t('administration.accounts.title')} text={t('administration.accounts.text')} />
      <ServerTable
        label={t('administration.accounts.title')}
        queryKey={['accounts']}
        polled
        fetchPage={(query) => answer(api.GET('/api/v1/users', { params: { query } }))}
        columns={columns}
        rowKey={({ id }) => id}
        defaultSort="email"
        empty={<EmptyState icon={UsersRound} title={t('administration.accounts.none')} />}
      />
      {asked && (
        <Confirm
          title={t(`administration.accounts.${asked.act}.title`, { name: nameOf(asked.account) })}
          text={t(`administration.accounts.${asked.act}.text`, { name: nameOf(asked.account) })}
          action={t(`administration.accounts.${asked.act}.action`)}
          danger={asked.act === 'disable'}
          done={['reset', 'verify', 'appointUnverified'].includes(asked.act) ? undefined : t('app.saved')}
          run={async (version = asked.account.version) => {
            const path = { userId: asked.account.id };
            if (asked.act === 'reset') {
              const made = await answer(api.POST('/api/v1/users/{userId}/reset-password', { params: { path } }));
              setLink({ ...made, name: nameOf(asked.account) });
              return;
            }
            const { passwordLink } = await answer(
              api.PATCH('/api/v1/users/{userId}', {
                params: { path },
                body: {
                  ...changes[asked.act],
                  version,
                  ...(asked.act === 'disable' ? { revokeApiKeys } : {}),
                },
              }),
            );
            if (passwordLink) setLink({ ...passwordLink, name: nameOf(asked.account) });
            await queryClient.invalidateQueries({ queryKey: ['accounts'] });
          }}
          onClose={() => setAsked(undefined)}
        >
          {asked.act === 'disable' && (
            <Checkbox
              label={t('administration.accounts.disable.revokeKeys')}
              checked={revokeApiKeys}
              onChange={({ currentTarget }) => setRevokeApiKeys(currentTarget.checked)}
            />
          )}
        </Confirm>
      )}
      {readdressed && <AccountEmailDialog account={readdressed} onClose={() => setReaddressed(undefined)} />}
      {link && !asked && (
        <Dialog
          onClose={() => setLink(undefined)}
          closeOnClickOutside={false}
          closeOnEscape={false}
          title={t('administration.accounts.link.title', { name: link.name })}
        >
          <Stack>
            <Text>
              {t('administration.accounts.link.text')} <Time value={link.expiresAt} as="full" />.
            </Text>
            <TextInput
              label={t('administration.accounts.link.label')}
              readOnly
              value={link.link}
              onFocus={({ currentTarget }) => currentTarget.select()}
            />
            <Group justify="flex-end">
              <Button variant="default" onClick={() => setLink(undefined)}>
                {t('app.close')}
              </Button>
              <CopyButton value={link.link} wide label={t('administration.accounts.link.copy')} />
            </Group>
          </Stack>
        </Dialog>
      )}
    </>
  );
}

const changes: Record<Exclude<Act, 'reset'>, AccountChange> = {
  disable: { disabled: true },
  enable: { disabled: false },
  appoint: { root: true },
  appointUnverified: { root: true, confirm: true },
  verify: { verified: true },
  dismiss: { root: false },
};
