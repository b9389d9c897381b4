import { Badge, Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { KeyRound, Smartphone } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FactorView } from '../../generated/api';
import { answer, api } from '../api/client';
import { queryClient } from '../api/queries';
import { Confirm } from '../components/confirm';
import { Section } from '../components/layout/section';
import { Time } from '../components/time/time';
import { AddApp } from './add-app';
import { AddPasskey } from './add-passkey';
import { RecoveryCodes, RenewCodes } from './recovery-codes';

const queryKey = ['second-factors'];

export async function refreshFactors(): Promise<void> {
  await Promise.all([
    queryClient.invalidateQueries({ queryKey }),
    queryClient.invalidateQueries({ queryKey: ['sessions'] }),
    queryClient.invalidateQueries({ queryKey: ['me'] }),
  ]);
}

type Open = 'app' | 'passkey' | 'renew' | FactorView;

/** What the reader signs in with besides the password. */
export function SecondFactors(): React.ReactNode {
  const { t } = useTranslation();
  const { data } = useQuery({ queryKey, queryFn: () => answer(api.GET('/api/v1/users/me/second-factors')) });
  const methods = useQuery({ queryKey: ['sign-in-methods'], queryFn: () => answer(api.GET('/api/v1/auth/methods')) });
  const [open, setOpen] = useState<Open>();
  const [codes, setCodes] = useState<readonly string[]>();
  const close = (): void => setOpen(undefined);
  /** The list is fetched when the codes are seen: they are shown this once. */
  const made = (recoveryCodes: readonly string[]): void => {
    close();
    if (recoveryCodes.length > 0) setCodes(recoveryCodes);
    else void refreshFactors();
  };
  return (
    <Section
      title={t('secondFactor.title')}
      text={t('secondFactor.text')}
      actions={
        data && (
          <Badge color={data.length > 0 ? 'pine' : 'gray'}>
            {t(data.length > 0 ? 'secondFactor.on' : 'secondFactor.off')}
          </Badge>
        )
      }
    >
      {data ? <FactorList factors={data} onRemove={setOpen} /> : <Skeleton h={40} />}
      <Group>
        <Button variant="default" onClick={() => setOpen('app')}>
          {t('secondFactor.app.add')}
        </Button>
        {methods.data?.passkey && (
          <Button variant="default" onClick={() => setOpen('passkey')}>
            {t('secondFactor.passkey.add')}
          </Button>
        )}
      </Group>
      {data && data.length > 0 && <CodesLeft onRenew={() => setOpen('renew')} />}
      <OpenDialog open={open} onMade={made} onClose={close} />
      {codes && (
        <RecoveryCodes
          codes={codes}
          onClose={() => {
            setCodes(undefined);
            void refreshFactors();
          }}
        />
      )}
    </Section>
  );
}

interface OpenDialogProps {
  open: Open | undefined;
  onMade: (recoveryCodes: readonly string[]) => void;
  onClose: () => void;
}

function OpenDialog({ open, onMade, onClose }: OpenDialogProps): React.ReactNode {
  switch (open) {
    case undefined:
      return null;
    case 'app':
      return <AddApp onAdded={onMade} onClose={onClose} />;
    case 'passkey':
      return <AddPasskey onAdded={onMade} onClose={onClose} />;
    case 'renew':
      return <RenewCodes onMade={onMade} onClose={onClose} />;
    default:
      return <Remove factor={open} onClose={onClose} />;
  }
}

interface FactorListProps {
  factors: readonly FactorView[];
  onRemove: (factor: FactorView) => void;
}

function FactorList({ factors, onRemove }: FactorListProps): React.ReactNode {
  const { t } = useTranslation();
  if (factors.length === 0) return <Text c="dimmed">{t('secondFactor.none')}</Text>;
  return (
    <Stack gap="sm" component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
      {factors.map((factor) => (
        <Group key={factor.id} component="li" justify="space-between" wrap="nowrap" gap="sm">
          <Group gap="sm" wrap="nowrap" miw={0} align="flex-start">
            <KindIcon kind={factor.kind} />
            <Stack gap={0} miw={0}>
              <Text fw={500} className="break">
                {factor.name}
              </Text>
              <Text size="sm" c="dimmed">
                {t(`secondFactor.kind.${factor.kind}`)} · {t('secondFactor.added')}{' '}
                <Time value={factor.createdAt} as="date" />
                {factor.lastUsedAt && (
                  <>
                    {' · '}
                    {t('secondFactor.lastUsed')} <Time value={factor.lastUsedAt} />
                  </>
                )}
              </Text>
            </Stack>
          </Group>
          <Button
            size="compact-sm"
            flex="none"
            variant="subtle"
            color="red"
            aria-label={t('secondFactor.removeOf', { name: factor.name })}
            onClick={() => onRemove(factor)}
          >
            {t('secondFactor.remove')}
          </Button>
        </Group>
      ))}
    </Stack>
  );
}

function KindIcon({ kind }: Pick<FactorView, 'kind'>): React.ReactNode {
  const Icon = (kind as string) === 'passkey' ? KeyRound : Smartphone;
  return <Icon size={20} strokeWidth={1.75} aria-hidden style={{ flex: 'none', marginTop: 2 }} />;
}

function CodesLeft({ onRenew }: { onRenew: () => void }): React.ReactNode {
  const { t } = useTranslation();
  const { data } = useQuery({
    queryKey: [...queryKey, 'codes'],
    queryFn: () => answer(api.GET('/api/v1/users/me/second-factors/recovery-codes')),
  });
  return (
    <Group justify="space-between" gap="sm">
      <Text size="sm" c={data && data.left < 3 ? 'var(--warning)' : 'dimmed'}>
        {data ? t('secondFactor.codes.left', { count: data.left }) : ' '}
      </Text>
      <Button size="compact-sm" variant="subtle" onClick={onRenew}>
        {t('secondFactor.codes.renew')}
      </Button>
    </Group>
  );
}

function Remove({ factor, onClose }: { factor: FactorView; onClose: () => void }): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Confirm
      title={t('secondFactor.removeTitle', { name: factor.name })}
      text={t('secondFactor.removeText')}
      action={t('secondFactor.remove')}
      danger
      done={t('secondFactor.removed', { name: factor.name })}
      run={async () => {
        const params = { path: { factorId: factor.id } };
        await answer(api.DELETE('/api/v1/users/me/second-factors/{factorId}', { params }));
        await refreshFactors();
      }}
      onClose={onClose}
    />
  );
}
