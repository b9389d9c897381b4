import { Button, FileButton, Group, Stack, Textarea } from '@mantine/core';
import { FileUp } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { BorrowedSeatView, OnlineLicenseView } from '../../generated/api';
import { answer, api } from '../api/client';
import { refreshOrganization } from '../api/queries';
import { fullTime } from '../components/time/full-time';
import { notifyDone, notifyFailure } from '../components/notify';
import { FormDialog } from '../forms/dialog';
import { type ServerForm, useServerForm } from '../forms/use-server-form';
import { leaseIn } from './borrowing';

interface Props {
  organizationId: number;
  /** Undefined: the one that the token says, whose session may have ended. */
  seat?: OnlineLicenseView;
  onClose: () => void;
}

/** Gives a borrowed seat back: with its token the seat is free at once, without it the session ends and the seat stays taken. */
export function ReturnSeat(props: Props): React.ReactNode {
  const { t } = useTranslation();
  const { seat, onClose } = props;
  const { form, ...state } = useReturnForm(props);
  const hint = seat?.borrowedUntil
    ? t('licenses.returning.optionalHint', { date: fullTime(seat.borrowedUntil) })
    : t('licenses.returning.tokenHint');
  return (
    <FormDialog
      title={t('licenses.returning.title')}
      action={t('licenses.returning.action')}
      onClose={onClose}
      {...state}
    >
      <Stack gap="xs">
        <Textarea
          label={t('licenses.returning.token')}
          description={hint}
          autosize
          minRows={3}
          maxRows={8}
          maxLength={4200}
          spellCheck={false}
          autoComplete="off"
          data-autofocus
          {...form.getInputProps('token')}
        />
        <Group>
          <FileButton
            onChange={(file) =>
              void file?.text().then((text) => form.setFieldValue('token', text.trim()), notifyFailure)
            }
            accept=".jwt,.txt,text/plain"
          >
            {(props) => (
              <Button {...props} variant="default" size="xs" leftSection={<FileUp size={14} aria-hidden />}>
                {t('licenses.returning.file')}
              </Button>
            )}
          </FileButton>
        </Group>
      </Stack>
    </FormDialog>
  );
}

interface Values {
  token: string;
}

function useReturnForm({ organizationId, seat, onClose }: Props): ServerForm<Values> {
  const { t } = useTranslation();
  return useServerForm<Values>(
    {
      initialValues: { token: '' },
      validate: {
        token: (value) => {
          if (value.trim() === '') return seat ? null : t('licenses.returning.missing');
          return leaseIn(value) === undefined ? t('licenses.returning.invalid') : null;
        },
      },
    },
    async ({ token: typed }) => {
      const token = typed.trim() || undefined;
      const leaseId = seat?.id ?? leaseIn(typed) ?? '';
      const kept = await answer<BorrowedSeatView | undefined>(
        api.DELETE('/api/v1/leases/{leaseId}', { params: { path: { leaseId } }, body: { token } }),
      );
      await refreshOrganization(organizationId, ['online-licenses', 'licenses']);
      const until = kept && fullTime(kept.borrowedUntil);
      notifyDone(until ? t('licenses.own.keptTaken', { date: until }) : t('licenses.returning.done'));
      onClose();
    },
  );
}
