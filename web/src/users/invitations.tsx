import { Badge, Button, Group, Select, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { MailPlus, RotateCw, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { InvitationView } from '../../generated/api';
import { answer, api } from '../api/client';
import { invitationStates } from '../api/enums';
import { organizationKey, refreshOrganization } from '../api/queries';
import { useOrganization } from '../app/use-me';
import { Confirm } from '../components/confirm';
import { CopyButton } from '../components/copy-button';
import { EmptyState } from '../components/layout/empty-state';
import { notifyDone, notifyFailure } from '../components/notify';
import { Time } from '../components/time/time';
import { RowMenu } from '../table/row-menu';
import type { Column } from '../table/column';
import { ServerTable } from '../table/server-table';
import { useAddressState } from '../table/use-address-state';
import { InvitationBulkButtons, type InvitationsBulk, InvitationsBulkDialog } from './invitations-bulk';

const colors: Record<InvitationView['state'], string> = {
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
  const state = invitationStates.find((each) => each === chosen) ?? null;
  const [revoking, setRevoking] = useState<InvitationView>();
  const [bulk, setBulk] = useState<InvitationsBulk>();
  const columns = useInvitationColumns(organizationId, setRevoking);
  const actions = (invitations: InvitationView[], done: () => void): React.ReactNode => (
    <InvitationBulkButtons onAct={(act) => setBulk({ act, invitations, done })} />
  );
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
        bulk={{ nameOf: ({ email }) => email, actions }}
        csv={{ path: `/api/v1/organizations/${organizationId}/invitations`, query: { state: state ?? undefined } }}
        filtered={state !== null}
        toolbar={<StateFilter state={state} onChange={(value) => setFilter({ state: value })} />}
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
      {bulk && <InvitationsBulkDialog {...bulk} onClose={() => setBulk(undefined)} />}
      {revoking && (
        <Revoke organizationId={organizationId} invitation={revoking} onClose={() => setRevoking(undefined)} />
      )}
    </>
  );
}

interface StateFilterProps {
  state: InvitationView['state'] | null;
  onChange: (state: string) => void;
}

function StateFilter({ state, onChange }: StateFilterProps): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Select
      aria-label={t('users.columns.state')}
      placeholder={t('users.invitations.allStates')}
      data={invitationStates.map((value) => ({ value, label: t(`users.invitations.state.${value}`) }))}
      value={state}
      onChange={(value) => onChange(value ?? '')}
      clearable
      clearButtonProps={{ 'aria-label': t('users.invitations.allStates') }}
      w={{ base: '100%', xs: 220 }}
    />
  );
}

function useInvitationColumns(
  organizationId: number,
  onRevoke: (invitation: InvitationView) => void,
): Column<InvitationView>[] {
  const { t } = useTranslation();
  return [
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
      render: (row) => <Actions organizationId={organizationId} invitation={row} onRevoke={() => onRevoke(row)} />,
    },
  ];
}

interface ActionsProps {
  organizationId: number;
  invitation: InvitationView;
  onRevoke: () => void;
}

function Actions({ organizationId, invitation, onRevoke }: ActionsProps): React.ReactNode {
  const { t } = useTranslation();
  const { id: invitationId, email, link, state, joinedAt } = invitation;
  const resending = useMutation({
    mutationFn: () =>
      answer(
        api.POST('/api/v1/organizations/{organizationId}/invitations/{invitationId}/resend', {
          params: { path: { organizationId, invitationId } },
        }),
      ),
    onSuccess: async () => {
      notifyDone(t('users.invitations.resent', { email }));
      await refreshOrganization(organizationId, ['invitations']);
    },
    onError: notifyFailure,
  });
  const resend = { label: t('users.invitations.resend'), icon: RotateCw, run: () => resending.mutate() };
  const revoke = { label: t('users.invitations.revoke'), icon: Trash2, danger: true, run: onRevoke };
  const isOpen = joinedAt === null && state !== 'revoked';
  return (
    <Group gap={4} justify="flex-end" wrap="nowrap">
      {link && <CopyButton value={link} label={t('users.invitations.copyFor', { email })} />}
      {isOpen && <RowMenu name={email} actions={state === 'accepted' ? [revoke] : [resend, revoke]} />}
    </Group>
  );
}

interface RevokeProps {
  organizationId: number;
  invitation: InvitationView;
  onClose: () => void;
}

function Revoke({ organizationId, invitation, onClose }: RevokeProps): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Confirm
      title={t('users.invitations.revokeTitle', { email: invitation.email })}
      text={t('users.invitations.revokeText')}
      action={t('users.invitations.revoke')}
      danger
      done={t('users.invitations.revoked', { email: invitation.email })}
      run={async () => {
        await answer(
          api.DELETE('/api/v1/organizations/{organizationId}/invitations/{invitationId}', {
            params: { path: { organizationId, invitationId: invitation.id } },
          }),
        );
        await refreshOrganization(organizationId, ['invitations']);
      }}
      onClose={onClose}
    />
  );
}
