import { Button, Group, Stack, Table, Text } from '@mantine/core';
import { Check, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { InvitationResult } from '../../generated/api';
import { CopyButton } from '../components/copy-button';
import { Dialog } from '../components/dialog';
import { describeRefusal } from '../language/describe-refusal';

/** An address and why it was not invited. */
export function refusalOf({ email, error }: InvitationResult): string {
  return error ? `${email}: ${describeRefusal(error)}` : email;
}

/** What became of each address, with the links to hand over. */
export function InviteResults({
  results,
  onClose,
}: {
  results: InvitationResult[];
  onClose: () => void;
}): React.ReactNode {
  const { t } = useTranslation();
  const links = results.flatMap(({ email, link }) => (link ? [`${email} ${link}`] : []));
  return (
    <Dialog size="lg" onClose={onClose} title={t('users.invite.results', { count: links.length })}>
      <Stack>
        <Text size="sm" c="dimmed">
          {t('users.invite.resultsText')}
        </Text>
        <Addresses results={results} />
        <Group justify="flex-end">
          {links.length > 1 && <CopyButton wide value={links.join('\n')} label={t('users.invite.copyAll')} />}
          <Button onClick={onClose}>{t('app.close')}</Button>
        </Group>
      </Stack>
    </Dialog>
  );
}

/** Addresses, each with what became or would become of it. */
export function Addresses({ results }: { results: readonly InvitationResult[] }): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Table verticalSpacing="xs">
      <Table.Tbody>
        {results.map(({ email, link, error, hint, line }) => (
          <Table.Tr key={`${line} ${email}`}>
            <Table.Td w={24}>
              {error ? <X size={16} color="var(--mantine-color-error)" aria-hidden /> : <Check size={16} aria-hidden />}
            </Table.Td>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>
              {email}
              {line !== null && error && (
                <Text span size="sm" c="dimmed" ms="xs">
                  {t('users.invite.line', { line })}
                </Text>
              )}
              {hint && (
                <Text size="sm" c="dimmed">
                  {describeRefusal(hint)}
                </Text>
              )}
              {error && (
                <Text size="sm" c="var(--mantine-color-error)">
                  {describeRefusal(error)}
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
  );
}
