import { Alert, Anchor, Button, Divider, Group, Stack, Table, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { FileCheck2, KeyRound } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { LicensePreview } from '../../generated/api';
import { answer, api } from '../api/client';
import { Problem } from '../api/problem';
import { infoQuery, queryClient } from '../api/queries';
import { Failure } from '../forms/failure';
import { CopyButton } from '../components/copy-button';
import { describeError } from '../components/describe-error';
import { Time } from '../components/time/time';
import { ClientWarnings } from './client-warnings';
import { LicenseDrop } from './license-drop';
import { licenseText } from './license-text';
import { SetupFrame, type StepProps } from './setup-frame';
import { TokenField } from './token-field';

/** The first step: what this server may grant. A file is looked at before it is installed. */
export function LicenseStep({ info, token, onToken }: StepProps): React.ReactNode {
  const { t } = useTranslation();
  const { looking, installing, wrongToken, failure } = useLicenseStep(token);
  if (looking.data) {
    const { license, preview } = looking.data;
    return (
      <Chosen
        preview={preview}
        failure={failure}
        installing={installing.isPending}
        onInstall={() => installing.mutate(license)}
        onReset={() => looking.reset()}
      />
    );
  }
  return (
    <SetupFrame step={0} title={t('setup.license.title')} text={t('setup.license.text')}>
      <Stack>
        <TokenField value={token} onChange={onToken} error={wrongToken ? t('setup.wrongToken') : undefined} />
        <FileChoice
          disabled={token === ''}
          offered={info.vendorKey}
          loading={looking.isPending}
          onFile={(file) => {
            installing.reset();
            looking.mutate(file);
          }}
        />
        <Failure>{failure}</Failure>
        {info.vendorKey && info.evaluationOffered && <Divider label={t('setup.license.or')} />}
        {info.evaluationOffered && (
          <Evaluation
            primary={!info.vendorKey}
            disabled={token === ''}
            loading={installing.isPending}
            onInstall={() => installing.mutate(undefined)}
          />
        )}
        <Divider />
        <ServerId serverId={info.serverId} />
      </Stack>
    </SetupFrame>
  );
}

/** What a license file grants. */
function Preview({ preview }: { preview: LicensePreview }): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Stack>
      <Alert icon={<FileCheck2 size={18} aria-hidden />} title={preview.customer} role="status">
        {t('setup.license.issued', { issuer: preview.issuer, id: preview.jti })}
        <br />
        {t('setup.license.validUntil')} <Time value={preview.expiresAt} as="utcDay" />
        {preview.endsAt !== preview.expiresAt && (
          <>
            {', '}
            {t('setup.license.grace')} <Time value={preview.endsAt} as="utcDay" />
          </>
        )}
      </Alert>
      <ClientWarnings seats={preview.unacceptedSeats} />
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('setup.license.product')}</Table.Th>
            <Table.Th ta="end">{t('setup.license.seats')}</Table.Th>
            <Table.Th>{t('setup.license.validUntil')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {preview.seats.map((seats, index) => (
            <Table.Tr key={index}>
              <Table.Td>
                {t(`app.productName.${seats.product}`)}
                <Text size="sm" c="dimmed">
                  {t(`app.model.${seats.model}`)}
                </Text>
              </Table.Td>
              <Table.Td ta="end" className="numbers">
                {seats.quantity}
              </Table.Td>
              <Table.Td>
                <Time value={seats.expiresAt ?? preview.expiresAt} as="utcDay" />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Stack>
  );
}

/** Looks at a file, then installs it or the evaluation license. */
function useLicenseStep(token: string) {
  const headers = { 'X-Setup-Token': token };
  const looking = useMutation({
    mutationFn: async (file: File) => {
      const license = await licenseText(file);
      const preview = await answer(api.POST('/api/v1/setup/license/preview', { body: { license }, headers }));
      return { license, preview };
    },
  });
  const installing = useMutation({
    mutationFn: async (license: string | undefined) => {
      if (license === undefined) await answer(api.POST('/api/v1/setup/evaluation', { headers }));
      else await answer(api.POST('/api/v1/setup/license', { body: { license }, headers }));
      await queryClient.refetchQueries(infoQuery);
    },
  });
  const error = installing.error ?? looking.error;
  const wrongToken = error instanceof Problem && error.status === 401;
  const failure = error && !wrongToken ? describeError(error) : undefined;
  return { looking, installing, wrongToken, failure };
}

interface ChosenProps {
  preview: LicensePreview;
  failure: string | undefined;
  installing: boolean;
  onInstall: () => void;
  onReset: () => void;
}

/** The file that was chosen, before it is installed. */
function Chosen({ preview, failure, installing, onInstall, onReset }: ChosenProps): React.ReactNode {
  const { t } = useTranslation();
  return (
    <SetupFrame step={0} title={t('setup.license.title')} text={t('setup.license.previewText')}>
      <Preview preview={preview} />
      <Failure>{failure}</Failure>
      <Group justify="space-between">
        <Anchor component="button" type="button" onClick={onReset}>
          {t('setup.license.another')}
        </Anchor>
        <Button loading={installing} onClick={onInstall}>
          {t('setup.license.install')}
        </Button>
      </Group>
    </SetupFrame>
  );
}

interface FileChoiceProps {
  disabled: boolean;
  /** The server can check files. */
  offered: boolean;
  loading: boolean;
  onFile: (file: File) => void;
}

function FileChoice({ disabled, offered, loading, onFile }: FileChoiceProps): React.ReactNode {
  const { t } = useTranslation();
  if (!offered) {
    return (
      <Alert color="yellow" icon={<KeyRound size={18} aria-hidden />}>
        {t('setup.license.noVendorKey')}
      </Alert>
    );
  }
  return (
    <>
      <LicenseDrop onFile={onFile} loading={loading} disabled={disabled} />
      {disabled && (
        <Text size="sm" c="dimmed">
          {t('setup.tokenFirst')}
        </Text>
      )}
    </>
  );
}

interface EvaluationProps {
  primary: boolean;
  disabled: boolean;
  loading: boolean;
  onInstall: () => void;
}

function Evaluation({ primary, disabled, loading, onInstall }: EvaluationProps): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Group justify="space-between" gap="sm">
      <Text size="sm" c="dimmed" maw={310}>
        {t('setup.license.evaluationText')}
      </Text>
      <Button variant={primary ? 'filled' : 'light'} disabled={disabled} loading={loading} onClick={onInstall}>
        {t('setup.license.evaluation')}
      </Button>
    </Group>
  );
}

function ServerId({ serverId }: { serverId: string }): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Stack gap={0}>
      <Text size="sm" c="dimmed">
        {t('setup.license.serverId')}
      </Text>
      <Group gap={4} wrap="nowrap">
        <Text size="sm" ff="monospace" className="break">
          {serverId}
        </Text>
        <CopyButton value={serverId} label={t('setup.license.copyServerId')} />
      </Group>
    </Stack>
  );
}
