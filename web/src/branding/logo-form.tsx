import { Box, Button, FileButton, Group, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { ImageUp } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { LogoView } from '../../generated/api';
import { answer, api } from '../api/client';
import { failureOf } from '../components/describe-error';
import { notifyDone } from '../components/notify';
import { Failure } from '../forms/failure';
import { fittedPng } from './fitted-png';
import { Logo } from './logo';

interface Props {
  /** Null: there is none. */
  logo: LogoView | null;
  /** Whose it is; absent: the server's own. */
  organizationId?: number;
  /** Fetches again what shows the logo. */
  onChanged: () => Promise<unknown>;
}

/** Shows a logo and takes another one; takes effect when it is chosen. */
export function LogoForm({ logo, organizationId, onChanged }: Props): React.ReactNode {
  const { t } = useTranslation();
  const change = useMutation({
    mutationFn: async (file: File | null) => {
      await (file ? upload(file, organizationId, t('organization.logo.unreadable')) : remove(organizationId));
      await onChanged();
      notifyDone(t('app.saved'));
    },
  });
  const { isPending, variables, mutate, error } = change;
  return (
    <Stack gap="xs">
      <Text size="sm" fw={500}>
        {t('organization.logo.title')}
      </Text>
      <Group gap="md">
        <Preview logo={logo} organizationId={organizationId} />
        <FileButton
          accept="image/png,image/jpeg,image/webp,image/svg+xml"
          onChange={(file) => file && mutate(file)}
          inputProps={{ 'aria-label': t('organization.logo.choose') }}
        >
          {(props) => (
            <Button
              {...props}
              variant="default"
              leftSection={<ImageUp size={16} aria-hidden />}
              loading={isPending && variables !== null}
            >
              {t('organization.logo.choose')}
            </Button>
          )}
        </FileButton>
        {logo && (
          <Button variant="subtle" color="red" loading={isPending && variables === null} onClick={() => mutate(null)}>
            {t('organization.logo.remove')}
          </Button>
        )}
      </Group>
      <Text size="sm" c="dimmed">
        {t('organization.logo.text')}
      </Text>
      <Failure>{failureOf(error)}</Failure>
    </Stack>
  );
}

function Preview({ logo, organizationId }: Omit<Props, 'onChanged'>): React.ReactNode {
  const { t } = useTranslation();
  if (logo) {
    return (
      <Logo logo={logo} organizationId={organizationId} height={48} width={160} alt={t('organization.logo.title')} />
    );
  }
  return (
    <Box px="md" py="xs" c="dimmed" fz="sm" style={{ border: '1px dashed var(--line)', borderRadius: 6 }}>
      {t('organization.logo.none')}
    </Box>
  );
}

async function upload(file: File, organizationId: number | undefined, unreadable: string): Promise<void> {
  const image = await fittedPng(file);
  if (!image) throw new Error(unreadable);
  const form = new FormData();
  form.append('file', image, 'logo.png');
  const body = { body: { file: '' }, bodySerializer: () => form };
  await answer(
    organizationId === undefined
      ? api.PUT('/api/v1/logo', body)
      : api.PUT('/api/v1/organizations/{organizationId}/logo', { params: { path: { organizationId } }, ...body }),
  );
}

async function remove(organizationId: number | undefined): Promise<void> {
  await answer(
    organizationId === undefined
      ? api.DELETE('/api/v1/logo')
      : api.DELETE('/api/v1/organizations/{organizationId}/logo', { params: { path: { organizationId } } }),
  );
}
