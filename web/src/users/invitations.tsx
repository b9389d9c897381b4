import { Badge, Button, Group, Select, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { MailPlus, RotateCw, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { InvitationView } from '../../generated/api';
import { answer, api } from '../api/client';
import { organizationKey, refreshOrganization } from '../api/queries';
import { useOrganization } from '../app/use-me';
import { Confirm } from '../components/confirm';
import { CopyButton } from '../components/copy-button';
import { EmptyState } from '../components/empty-state';
import { notifyDone, notifyFailure } from '../components/notify';
import { Time } from '../components/time';
import { RowMenu } from '../table/row-menu';
import type { Column } from '../table/column';
import { ServerTable } from '../table/server-table';
import { useAddressState } from '../table/use-address-state';

const states = ['pending', 'must-set-password', 'accepted', 'expired', 'revoked'] as const;
type State = (typeof states)[number];

const colors: Record<State, string> = {
  pending: 'yellow',
  'must-set-password': 'yellow',
  accepted: 'pine',
  expired: 'gray',
  revoked: 'gray',
};

/** Invitations and pending activations: where each one stands, and its link. */
export function Invitations({ onInvite }: { onInvite: () => void }): React.ReactNode {
  const { t } = useTranslation();
  const { id: organizationId } = useOrganization();
  const [{ state: chosen }, setFilter] = useAddressState({ state: '' });
  const state = states.find((each) => each === chosen) ?? null;
  const [revoking, setRevoking] = useState<InvitationView>();
  const resending = useMutation({
    mutationFn: ({ id }: InvitationView) =>
      answer(
        api.POST('/api/v1/organizations/{organizationId}/invitations/{invitationId}/resend', {
          params: { path: { organizationId, invitationId: id } },
        }),
      ),
    onSuccess: async ({ email }) => {
      notifyDone(t('users.invitations.resent', { email }));
      await refreshOrganization(organizationId, ['invitations']);
    },
    onError: notifyFailure,
  });
  const columns: Column<InvitationView>[] = [
    {
      key: 'email',
      title: t('users.columns.email'),
      sortable: true,
      render: ({ email }) => (
        <Text fw={500} className="break">
          {email}
        </Text>
      ),
    },
    { key: 'role', title: t('users.columns.role'), sortable: true, render: ({ role }) => t(`app.role.${role}`) },
    {
      key: 'state',
      title: t('users.columns.state'),
      sortable: true,
      render: (row) => <Badge color={colors[row.state]}>{t(`users.invitations.state.${row.state}`)}</Badge>,
    },
    {
      key: 'sentAt',
      title: t('users.columns.sent'),
      sortable: true,
      render: ({ sentAt }) => <Time value={sentAt} />,
    },
    {
      key: 'expiresAt',
      title: t('users.columns.expires'),
      sortable: true,
      render: ({ expiresAt, acceptedAt }) =>
        acceptedAt ? (
          <Text span c="dimmed">
            –
          </Text>
        ) : (
          <Time value={expiresAt} />
        ),
    },
    {
      key: 'actions',
      title: '',
      end: true,
      render: (row) => {
        const open = row.joinedAt === null && row.state !== 'revoked';
        return (
          <Group gap={4} justify="flex-end" wrap="nowrap">
            {row.link && <CopyButton value={row.link} label={t('users.invitations.copyFor', { email: row.email })} />}
            {open && (
              <RowMenu
                name={row.email}
                actions={[
                  ...(row.state === 'accepted'
                    ? []
                    : [{ label: t('users.invitations.resend'), icon: RotateCw, run: () => resending.mutate(row) }]),
                  { label: t('users.invitations.revoke'), icon: Trash2, danger: true, run: () => setRevoking(row) },
                ]}
              />
            )}
          </Group>
        );
      },
    },
  ];
  return (
    <>
      <ServerTable
        key={state}
        label={t('users.invitations.tab')}
        queryKey={organizationKey(organizationId, ['invitations', 'members'], 'invitations', state)}
        fetchPage={(query) =>
          answer(
            api.GET('/api/v1/organizations/{organizationId}/invitations', {
              params: { path: { organizationId }, query: { ...query, state: state ?? undefined } },
            }),
          )
        }
        columns={columns}
        rowKey={({ id }) => id}
        defaultSort="sentAt,desc"
        filtered={state !== null}
        toolbar={
          <Select
            aria-label={t('users.columns.state')}
            placeholder={t('users.invitations.allStates')}
            data={states.map((value) => ({ value, label: t(`users.invitations.state.${value}`) }))}
            value={state}
            onChange={(value) => setFilter({ state: value ?? '' })}
            clearable
            clearButtonProps={{ 'aria-label': t('users.invitations.allStates') }}
            w={{ base: '100%', xs: 220 }}
          />
        }
        empty={
          <EmptyState
            icon={MailPlus}
            title={state ? t('users.invitations.noneOfState') : t('users.invitations.none')}
            text={state ? undefined : t('users.invitations.noneText')}
          >
            {!state && <Button onClick={onInvite}>{t('users.invite.open')}</Button>}
          </EmptyState>
        }
      />
      {revoking && (
        <Confirm
          title={t('users.invitations.revokeTitle', { email: revoking.email })}
          text={t('users.invitations.revokeText')}
          action={t('users.invitations.revoke')}
          danger
          done={t('users.invitations.revoked', { email: revoking.email })}
          run={async () => {
            await answer(
              api.DELETE('/api/v1/organizations/{organizationId}/invitations/{invitationId}', {
                params: { path: { organizationId, invitationId: revoking.id } },
              }),
            );
            await refreshOrganization(organizationId, ['invitations']);
          }}
          onClose={() => setRevoking(undefined)}
        />
      )}
    </>
  );
}
