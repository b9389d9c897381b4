import { Group, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { answer, api } from '../api/client';
import { CopyLine } from '../components/copy-line';
import { failureOf } from '../components/describe-error';
import { FormDialog } from '../forms/dialog';
import { Failure } from '../forms/failure';
import { useServerForm } from '../forms/use-server-form';
import { QrCode } from './qr-code';

interface Props {
  onAdded: (recoveryCodes: readonly string[]) => void;
  onClose: () => void;
}

/** Shows the secret as a QR code and in letters, and takes the first code of the app. */
export function AddApp({ onAdded, onClose }: Props): React.ReactNode {
  const { t } = useTranslation();
  const begun = useQuery({
    queryKey: ['second-factors', 'begun'],
    queryFn: () => answer(api.POST('/api/v1/users/me/second-factors/totp', { body: {} })),
    // Each is a secret of its own, which the server keeps until the next.
    ...{ staleTime: Infinity, gcTime: 0, retry: false },
  });
  const { form, ...state } = useServerForm({ initialValues: { code: '' } }, async (body) => {
    const { recoveryCodes } = await answer(api.POST('/api/v1/users/me/second-factors/totp/confirm', { body }));
    onAdded(recoveryCodes);
  });
  return (
    <FormDialog title={t('secondFactor.app.add')} action={t('secondFactor.app.confirm')} onClose={onClose} {...state}>
      <Text>{t('secondFactor.app.scan')}</Text>
      <Group justify="center">{begun.data ? <QrCode text={begun.data.uri} /> : <Skeleton w={200} h={200} />}</Group>
      <Failure>{failureOf(begun.error)}</Failure>
      {begun.data && <CopyLine label={t('secondFactor.app.secret')} value={inGroups(begun.data.secret)} />}
      <Stack gap={4}>
        <TextInput
          label={t('secondFactor.code')}
          description={t('secondFactor.app.codeHint')}
          name="code"
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={10}
          required
          withAsterisk={false}
          data-autofocus
          {...form.getInputProps('code')}
        />
      </Stack>
    </FormDialog>
  );
}

/** For typing: apps pass over the blanks. */
function inGroups(secret: string): string {
  return secret.replace(/(.{4})(?=.)/g, '$1 ');
}
