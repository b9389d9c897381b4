import { Button, Group, Stack, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OrganizationDetails } from '../../generated/api';
import { answer, api } from '../api/client';
import { queryClient, refreshOrganization } from '../api/queries';
import { lastOrganization } from '../app/last-organization';
import { useMe, useOrganization } from '../app/use-me';
import { LogoForm } from '../branding/logo-form';
import { NameForm } from '../forms/name-form';
import { useVersionedForm, type VersionedForm } from '../forms/use-versioned-form';
import { Confirm } from '../components/confirm';
import { CopyButton } from '../components/copy-button';
import { PageHeader } from '../components/layout/page-header';
import { Section } from '../components/layout/section';
import { notifyDone } from '../components/notify';
import { DeleteDialog } from './delete-dialog';
import { SecondFactorRule } from './second-factor-rule';
import { TransferDialog } from './transfer-dialog';

type Action = 'transfer' | 'delete' | 'leave';

/** The organization itself: its name and number, and what only its owner may do. */
export function OrganizationPage(): React.ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const me = useMe();
  const organization = useOrganization();
  const { id, name, role, may } = organization;
  const naming = useNameForm(organization);
  const [open, setOpen] = useState<Action>();
  const close = (): void => setOpen(undefined);
  const gone = async (): Promise<void> => {
    lastOrganization.forget();
    queryClient.removeQueries({ queryKey: ['organization', id] });
    await queryClient.refetchQueries({ queryKey: ['me'] });
    await navigate({ to: '/' });
  };
  return (
    <>
      <PageHeader title={t('organization.title')} />
      <Stack gap="lg" maw={720}>
        <Section title={t('organization.about')}>
          <NameForm
            versioned={naming}
            label={t('organization.name')}
            maxLength={100}
            required
            readOnly={!may('organization.rename')}
          />
          {may('organization.rename') && (
            <LogoForm
              logo={organization.logo}
              organizationId={id}
              onChanged={() => refreshOrganization(id, ['organization'])}
            />
          )}
          <Id id={id} />
        </Section>
        {may('organization.rename') && <SecondFactorRule organization={organization} />}
        {may('organization.transfer') && <ActionSection kind="transfer" onOpen={setOpen} />}
        {role !== null && role !== 'OWNER' && <ActionSection kind="leave" onOpen={setOpen} />}
        {may('organization.delete') && <ActionSection kind="delete" onOpen={setOpen} />}
      </Stack>
      {open === 'transfer' && <TransferDialog organizationId={id} me={me} onClose={close} />}
      {open === 'delete' && <DeleteDialog organizationId={id} name={name} onDeleted={gone} onClose={close} />}
      {open === 'leave' && <Leave organizationId={id} name={name} onLeft={gone} onClose={close} />}
    </>
  );
}

function useNameForm(organization: OrganizationDetails): VersionedForm<OrganizationDetails, { name: string }> {
  const { t } = useTranslation();
  const { id } = organization;
  const path = { organizationId: id };
  return useVersionedForm<OrganizationDetails, { name: string }>({
    read: organization,
    valuesOf: (read) => ({ name: read.name }),
    readAgain: () => answer(api.GET('/api/v1/organizations/{organizationId}', { params: { path } })),
    save: async (body, { version }) => {
      const saved = await answer(
        api.PATCH('/api/v1/organizations/{organizationId}', { params: { path }, body: { ...body, version } }),
      );
      await Promise.all([
        refreshOrganization(id, ['organization']),
        queryClient.invalidateQueries({ queryKey: ['me'] }),
      ]);
      notifyDone(t('app.saved'));
      return saved;
    },
  });
}

function Id({ id }: { id: number }): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Stack gap={2}>
      <Text size="sm" fw={500}>
        {t('organization.id')}
      </Text>
      <Group gap={4}>
        <Text ff="monospace" className="numbers">
          {id}
        </Text>
        <CopyButton value={String(id)} label={t('organization.copyId')} />
      </Group>
      <Text size="sm" c="dimmed">
        {t('organization.idText')}
      </Text>
    </Stack>
  );
}

interface LeaveProps {
  organizationId: number;
  name: string;
  onLeft: () => Promise<void>;
  onClose: () => void;
}

function Leave({ organizationId, name, onLeft, onClose }: LeaveProps): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Confirm
      title={t('organization.leave.confirm', { name })}
      text={t('organization.leave.text')}
      action={t('organization.leave.open')}
      danger
      run={async () => {
        await answer(
          api.DELETE('/api/v1/users/me/organizations/{organizationId}', { params: { path: { organizationId } } }),
        );
        await onLeft();
      }}
      onClose={onClose}
    />
  );
}

/** What ends or hands over, each behind a question. */
function ActionSection({ kind, onOpen }: { kind: Action; onOpen: (kind: Action) => void }): React.ReactNode {
  const { t } = useTranslation();
  const look = kind === 'delete' ? ({ color: 'red', variant: 'outline' } as const) : ({ variant: 'default' } as const);
  return (
    <Section title={t(`organization.${kind}.title`)} text={t(`organization.${kind}.text`)}>
      <Group>
        <Button {...look} onClick={() => onOpen(kind)}>
          {t(`organization.${kind}.open`)}
        </Button>
      </Group>
    </Section>
  );
}
