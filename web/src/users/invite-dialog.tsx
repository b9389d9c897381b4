import { Button, Checkbox, type CheckboxGroupProps, Group, Stack, Table, Text, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Check, X } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { InvitationResult, SubscriptionView } from '../../generated/api';
import { answer, api } from '../api/client';
import { Problem } from '../api/problem';
import { refreshOrganization } from '../api/queries';
import { useOrganization } from '../app/use-me';
import { FormDialog } from '../forms/dialog';
import { type ServerForm, useServerForm } from '../forms/use-server-form';
import { refusalWords } from '../language/refusal-words';
import { subscriptionsQuery } from '../seats/subscriptions-query';
import { CopyButton } from '../components/copy-button';
import { Dialog } from '../components/dialog';
import { type AssignableRole, RoleChoice } from './role-dialog';

type Product = SubscriptionView['product'];

/** Invites one or many by their e-mail addresses; afterwards each has its own link to hand over. */
export function InviteDialog({ onClose }: { onClose: () => void }): React.ReactNode {
  const { t } = useTranslation();
  const { id: organizationId } = useOrganization();
  const { results, form, ...state } = useInviteForm(organizationId);
  if (results) return <Results results={results} onClose={onClose} />;
  return (
    <FormDialog title={t('users.invite.title')} action={t('users.invite.submit')} onClose={onClose} {...state}>
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

/** An address and why it was not invited. */
function refusalOf({ email, error }: InvitationResult): string {
  return error ? `${email}: ${refusalWords(error)}` : email;
}

/** What became of each address. */
function Results({ results, onClose }: { results: InvitationResult[]; onClose: () => void }): React.ReactNode {
  const { t } = useTranslation();
  const links = results.flatMap(({ email, link }) => (link ? [`${email} ${link}`] : []));
  return (
    <Dialog size="lg" onClose={onClose} title={t('users.invite.results', { count: links.length })}>
      <Stack>
        <Text size="sm" c="dimmed">
          {t('users.invite.resultsText')}
        </Text>
        <Table verticalSpacing="xs">
          <Table.Tbody>
            {results.map(({ email, link, error, hint }) => (
              <Table.Tr key={email}>
                <Table.Td w={24}>
                  {error ? (
                    <X size={16} color="var(--mantine-color-error)" aria-hidden />
                  ) : (
                    <Check size={16} aria-hidden />
                  )}
                </Table.Td>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>
                  {email}
                  {hint && (
                    <Text size="sm" c="dimmed">
                      {refusalWords(hint)}
                    </Text>
                  )}
                  {error && (
                    <Text size="sm" c="var(--mantine-color-error)">
                      {refusalWords(error)}
                    </Text>
                  )}
                </Table.Td>
                <Table.Td ta="end">
                  {link && <CopyButton value={link} label={t('users.invitations.copyFor', { email })} />}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        <Group justify="flex-end">
          {links.length > 1 && <CopyButton wide value={links.join('\n')} label={t('users.invite.copyAll')} />}
          <Button onClick={onClose}>{t('app.close')}</Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
