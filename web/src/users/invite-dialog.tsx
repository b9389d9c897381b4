import { Checkbox, type CheckboxGroupProps, SegmentedControl, Stack, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { InvitationResult, SubscriptionView } from '../../generated/api';
import { answer, api } from '../api/client';
import { Problem } from '../api/problem';
import { refreshOrganization } from '../api/queries';
import { useOrganization } from '../app/use-me';
import { FormDialog } from '../forms/dialog';
import { type ServerForm, useServerForm } from '../forms/use-server-form';
import { subscriptionsQuery } from '../seats/subscriptions-query';
import { InviteList } from './invite-list';
import { InviteResults, refusalOf } from './invite-results';
import { type AssignableRole, RoleChoice } from './role-dialog';

type Product = SubscriptionView['product'];

/** How people are named: by their addresses, who are all given the same, or by a list that says for each what to give. */
const ways = ['addresses', 'list'] as const;

/** Invites one or many; afterwards each has its own link to hand over. */
export function InviteDialog({ onClose }: { onClose: () => void }): React.ReactNode {
  const { t } = useTranslation();
  const [way, setWay] = useState<(typeof ways)[number]>('addresses');
  const choice = (
    <SegmentedControl
      value={way}
      onChange={setWay}
      data={ways.map((value) => ({ value, label: t(`users.invite.way.${value}`) }))}
      fullWidth
    />
  );
  const Way = way === 'addresses' ? InviteAddresses : InviteList;
  return <Way choice={choice} onClose={onClose} />;
}

/** Invites people by their e-mail addresses. */
function InviteAddresses({ choice, onClose }: { choice: React.ReactNode; onClose: () => void }): React.ReactNode {
  const { t } = useTranslation();
  const { id: organizationId } = useOrganization();
  const { results, form, ...state } = useInviteForm(organizationId);
  if (results) return <InviteResults results={results} onClose={onClose} />;
  return (
    <FormDialog title={t('users.invite.title')} action={t('users.invite.submit')} onClose={onClose} {...state}>
      {choice}
      <Textarea
        label={t('users.invite.emails')}
        description={t('users.invite.emailsHint')}
        placeholder={'grace@example.com\nalan@example.com'}
        autosize
        minRows={3}
        maxRows={10}
        required
        withAsterisk={false}
        data-autofocus
        {...form.getInputProps('emails')}
      />
      <RoleChoice {...form.getInputProps('role')} />
      <SeatChoice organizationId={organizationId} {...form.getInputProps('assign')} />
    </FormDialog>
  );
}

type SeatChoiceProps = Omit<CheckboxGroupProps, 'children'> & { organizationId: number };

/** The products of which those who are invited get a seat of their own. */
function SeatChoice({ organizationId, ...props }: SeatChoiceProps): React.ReactNode {
  const { t } = useTranslation();
  const { data: subscriptions } = useQuery(subscriptionsQuery(organizationId));
  const assignable = (subscriptions ?? []).filter(({ model, subscribed }) => model === 'per-user' && subscribed > 0);
  if (assignable.length === 0) return null;
  return (
    <Checkbox.Group label={t('users.invite.assign')} {...props}>
      <Stack gap="xs" mt="xs">
        {assignable.map(({ product, available }) => (
          <Checkbox
            key={product}
            value={product}
            label={t(`app.productName.${product}`)}
            description={t('dashboard.cards.available', { count: available })}
          />
        ))}
      </Stack>
    </Checkbox.Group>
  );
}

interface Values {
  emails: string;
  role: AssignableRole;
  assign: Product[];
}

/** @returns also what became of each address, once the form is sent */
function useInviteForm(organizationId: number): ServerForm<Values> & { results: InvitationResult[] | undefined } {
  const [results, setResults] = useState<InvitationResult[]>();
  const state = useServerForm<Values>(
    { initialValues: { emails: '', role: 'USER', assign: [] } },
    async ({ emails, role, assign }) => {
      try {
        setResults(
          await answer(
            api.POST('/api/v1/organizations/{organizationId}/invitations', {
              params: { path: { organizationId } },
              body: {
                emails: [emails],
                role,
                assign: assign.map((product) => ({ product, model: 'per-user' as const })),
              },
            }),
          ),
        );
        await refreshOrganization(organizationId, ['invitations']);
      } catch (error) {
        // All of them are refused: that belongs to the field.
        if (error instanceof Problem && error.code === 'nobody-invited') {
          const refused = (error.details.results as InvitationResult[]).slice(0, 10);
          state.form.setFieldError('emails', refused.map(refusalOf).join(' '));
          return;
        }
        throw error;
      }
    },
  );
  return { ...state, results };
}
