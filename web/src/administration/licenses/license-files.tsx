import { Alert, Badge, Card, Code, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LicensePreview, LicenseView } from '../../../generated/api';
import { answer, api } from '../../api/client';
import { infoQuery, queryClient } from '../../api/queries';
import { describeRefusal } from '../../language/describe-refusal';
import { Failure } from '../../forms/failure';
import { Confirm } from '../../components/confirm';
import { CopyButton } from '../../components/copy-button';
import { Dialog } from '../../components/dialog';
import { AsyncContent } from '../../components/async-content';
import { failureOf } from '../../components/describe-error';
import { Time } from '../../components/time/time';
import { PlainTable } from '../../table/plain-table';
import type { Column } from '../../table/column';
import { ClientWarnings } from '../../setup/client-warnings';
import { LicenseDrop } from '../../setup/license-drop';
import { licenseText } from '../../setup/license-text';
import { Bounds } from './bounds';
import { claimsOf, type Grant } from './license-claims';
import { PreviewChanges } from './preview-changes';
import { RowButton } from '../../table/row-button';

/** The installed license files, what each grants, and how another one comes in: it is looked at before it is installed. */
export function LicenseFiles(): React.ReactNode {
  const { t } = useTranslation();
  const { data: info } = useQuery(infoQuery);
  const [removing, setRemoving] = useState<LicenseView>();
  const query = useQuery({ queryKey: ['server-licenses'], queryFn: () => answer(api.GET('/api/v1/licenses')) });
  const looking = useMutation({
    mutationFn: async (file: File) => {
      const license = await licenseText(file);
      return { license, preview: await answer(api.POST('/api/v1/licenses/preview', { body: { license } })) };
    },
  });
  return (
    <Stack>
      <LicenseDrop onFile={(file) => looking.mutate(file)} loading={looking.isPending} />
      <Failure>{failureOf(looking.error)}</Failure>
      {info && (
        <Group gap={4}>
          <Text size="sm" c="dimmed" className="break">
            {t('administration.licenses.serverId')}: <code>{info.serverId}</code>
          </Text>
          <CopyButton value={info.serverId} label={t('administration.licenses.copyServerId')} />
        </Group>
      )}
      <AsyncContent query={query}>
        {(files) => (
          <Stack gap="md">
            {files.map((file) => (
              <LicenseFile key={file.id} license={file} onRemove={() => setRemoving(file)} />
            ))}
          </Stack>
        )}
      </AsyncContent>
      {looking.data && <Install {...looking.data} onClose={() => looking.reset()} />}
      {removing && <Remove license={removing} onClose={() => setRemoving(undefined)} />}
    </Stack>
  );
}

interface InstallProps {
  license: string;
  preview: LicensePreview;
  onClose: () => void;
}

/** Asks before a file is installed, with what it would change. */
function Install({ license, preview, onClose }: InstallProps): React.ReactNode {
  const { t } = useTranslation();
  const isStatement = preview.licenseType === 'TIME';
  return (
    <Confirm
      title={t(isStatement ? 'administration.licenses.statementTitle' : 'administration.licenses.installTitle')}
      text={<Preview preview={preview} />}
      action={t('administration.licenses.install')}
      done={
        isStatement
          ? t('administration.licenses.statementDone')
          : t('administration.licenses.installed', { id: preview.jti })
      }
      run={async () => {
        await answer(api.POST('/api/v1/licenses', { body: { license } }));
        await refreshLicenses();
      }}
      onClose={onClose}
    />
  );
}

interface RemoveProps {
  license: LicenseView;
  onClose: () => void;
}

function Remove({ license, onClose }: RemoveProps): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Confirm
      title={t('administration.licenses.removeTitle', { id: license.jti })}
      text={t('administration.licenses.removeText')}
      action={t('administration.licenses.remove')}
      danger
      done={t('administration.licenses.removed', { id: license.jti })}
      run={async () => {
        await answer(api.DELETE('/api/v1/licenses/{licenseId}', { params: { path: { licenseId: license.id } } }));
        await refreshLicenses();
      }}
      onClose={onClose}
    />
  );
}

/** What a file would grant. */
function Preview({ preview }: { preview: LicensePreview }): React.ReactNode {
  const { t } = useTranslation();
  const { customer, issuer, jti, expiresAt, seats, seatsTooMany, unacceptedSeats, licenseType } = preview;
  if (licenseType === 'TIME') {
    return (
      <Stack gap="sm">
        <Text>{t('administration.licenses.statement', { issuer })}</Text>
        <PreviewChanges preview={preview} />
      </Stack>
    );
  }
  return (
    <Stack gap="sm">
      <div>
        <Text fw={600}>{customer}</Text>
        <Text size="sm" c="dimmed" className="break">
          {t('administration.licenses.issued', { issuer, id: jti })} {t('administration.licenses.expires')}{' '}
          <Time value={expiresAt} as="utcDay" />.
        </Text>
      </div>
      <PreviewChanges preview={preview} />
      <Grants grants={seats} label={jti} short />
      <ClientWarnings seats={unacceptedSeats} />
      {seatsTooMany > 0 && (
        <Alert color="yellow" icon={<TriangleAlert size={18} aria-hidden />} p="sm">
          {t('administration.licenses.tooMany', { count: seatsTooMany })}
        </Alert>
      )}
      <Text size="sm">{t('administration.licenses.dropText')}</Text>
    </Stack>
  );
}

async function refreshLicenses(): Promise<void> {
  await Promise.all(
    [['server-licenses'], ['allocations'], ['server-clock'], infoQuery.queryKey].map((queryKey) =>
      queryClient.invalidateQueries({ queryKey }),
    ),
  );
}

function LicenseFile({ license, onRemove }: { license: LicenseView; onRemove: () => void }): React.ReactNode {
  const { t } = useTranslation();
  const { jti, problem, problemCode, uploadedAt } = license;
  const claims = claimsOf(license);
  return (
    <Card component="article" padding="md" radius="md" aria-label={jti}>
      <Stack gap="sm">
        <Group justify="space-between" align="flex-start" gap="sm" wrap="nowrap">
          <Stack gap={2} miw={0}>
            <FileTitle license={license} />
            <Text size="sm" c="dimmed" className="break">
              {claims && t('administration.licenses.issued', { issuer: claims.issuer, id: jti })}{' '}
              {t('administration.licenses.uploaded')} <Time value={uploadedAt} as="date" />.
            </Text>
          </Stack>
          <Group gap="xs" wrap="nowrap">
            {claims && <Signed license={license} />}
            <RowButton danger label={t('administration.licenses.removeName', { id: jti })} onClick={onRemove}>
              {t('administration.licenses.remove')}
            </RowButton>
          </Group>
        </Group>
        {problem && (
          <Alert color="red" icon={<TriangleAlert size={18} aria-hidden />} p="sm">
            {describeRefusal({ code: problemCode ?? '', message: problem })}
          </Alert>
        )}
        <Validity license={license} />
        <ClientWarnings seats={license.unacceptedSeats} />
        {claims && <Grants grants={claims.seats} label={jti} />}
      </Stack>
    </Card>
  );
}

/** The customer, and whether the file is in force. */
function FileTitle({ license }: { license: LicenseView }): React.ReactNode {
  const { t } = useTranslation();
  const { jti, evaluation, problem, startsAt, beginsLater } = license;
  return (
    <Group gap={8}>
      <Text fw={600} className="break">
        {claimsOf(license)?.customer ?? jti}
      </Text>
      {evaluation && <Badge color="yellow">{t('app.evaluation.badge')}</Badge>}
      {problem ? (
        <Badge color="red">{t('administration.licenses.notInForce')}</Badge>
      ) : beginsLater ? (
        <Badge color="blue">
          {t('administration.licenses.begins')} <Time value={startsAt} as="utcDay" />
        </Badge>
      ) : (
        <Badge>{t('administration.licenses.inForce')}</Badge>
      )}
    </Group>
  );
}

/** Until when it is valid, and what comes then. */
function Validity({ license }: { license: LicenseView }): React.ReactNode {
  const { t } = useTranslation();
  const { expiresAt, endsAt, followedUp } = license;
  if (!expiresAt) return null;
  return (
    <Text size="sm">
      {t('administration.licenses.expires')} <Time value={expiresAt} as="utcDay" /> (<Time value={expiresAt} />)
      {endsAt && endsAt !== expiresAt && (
        <>
          , {t('administration.licenses.grace')} <Time value={endsAt} as="utcDay" />
        </>
      )}
      {followedUp && <> {t('administration.licenses.followedUp')}</>}
    </Text>
  );
}

/** All that the vendor signed, with what this server knows nothing of. */
function Signed({ license: { jti, claims } }: { license: LicenseView }): React.ReactNode {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <RowButton label={t('administration.licenses.signedName', { id: jti })} onClick={() => setOpen(true)}>
        {t('administration.licenses.signed')}
      </RowButton>
      {isOpen && (
        <Dialog title={t('administration.licenses.signedName', { id: jti })} onClose={() => setOpen(false)} size="lg">
          <Code block>{JSON.stringify(claims, undefined, 2)}</Code>
        </Dialog>
      )}
    </>
  );
}

/** The type of seats, and when they begin and end where that is not with the license. */
function Model({ grant: { model, startsAt, expiresAt } }: { grant: Grant }): React.ReactNode {
  const { t } = useTranslation();
  return (
    <>
      {t(`app.model.${model}`)}
      {startsAt && (
        <Text size="xs" c="dimmed">
          {t('administration.licenses.begins')} <Time value={startsAt} as="utcDay" />
        </Text>
      )}
      {expiresAt && (
        <Text size="xs" c="dimmed">
          {t('administration.licenses.expires')} <Time value={expiresAt} as="utcDay" />
        </Text>
      )}
    </>
  );
}

interface GrantsProps {
  grants: readonly Grant[];
  label: string;
  /** Without what is only for experts. */
  short?: boolean;
}

function Grants({ grants, label, short = false }: GrantsProps): React.ReactNode {
  const { t } = useTranslation();
  const columns: Column<Grant>[] = [
    { key: 'product', title: t('licenses.product'), render: ({ product }) => t(`app.productName.${product}`) },
    { key: 'model', title: t('administration.licenses.model'), render: (grant) => <Model grant={grant} /> },
    { key: 'seats', title: t('administration.licenses.seats'), end: true, render: ({ quantity }) => quantity },
  ];
  if (!short) {
    columns.push(
      {
        key: 'machineQuota',
        title: t('licenses.machineQuota'),
        end: true,
        render: ({ machineQuota }) => machineQuota ?? t('licenses.anyNumber'),
      },
      {
        key: 'features',
        title: t('administration.licenses.features'),
        render: ({ features, offline }) => (
          <span className="break">
            {[...features, offline ? t('administration.licenses.offline') : ''].filter(Boolean).join(', ')}
          </span>
        ),
      },
      {
        key: 'bounds',
        title: t('administration.licenses.bounds'),
        render: (grant) => <Bounds grant={grant} />,
      },
    );
  }
  return (
    <PlainTable
      label={t('administration.licenses.grants', { id: label })}
      columns={columns}
      rows={grants}
      rowKey={(grant) => grants.indexOf(grant)}
    />
  );
}
