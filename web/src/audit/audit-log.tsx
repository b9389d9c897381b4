import { Autocomplete, Card, Code, Group, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import i18next from 'i18next';
import { ScrollText } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { AuditEventView } from '../../generated/api';
import { answer, api } from '../api/client';
import { DownloadButton } from '../components/download-button';
import { EmptyState } from '../components/empty-state';
import { Time } from '../components/time';
import type { Column } from '../table/column';
import { ServerTable } from '../table/server-table';
import type { Page, PageRequest } from '../table/list-request';
import { useAddressState } from '../table/use-address-state';
import { actionKinds, type AuditFilter, noFilter, queryOf } from './audit-filter';
import { describeDetails } from './describe-details';

interface Props {
  /** Of this organization; absent: of the whole server. */
  organizationId?: number;
}

/** Who did what, when and from where, with filters and the export of what they leave. */
export function AuditLog({ organizationId }: Props): React.ReactNode {
  const { t } = useTranslation();
  const [filter, set] = useAddressState(noFilter);
  const [typed] = useDebouncedValue(filter, 300);
  const wanted = queryOf(typed);
  const filtered = Object.values<unknown>(wanted).some((value) => value !== undefined);
  const columns = useAuditColumns(organizationId);
  return (
    <Stack gap="md">
      <Filters organizationId={organizationId} filter={filter} onChange={set} />
      <ServerTable
        label={t('audit.title')}
        queryKey={['audit', organizationId ?? 'server', wanted]}
        polled
        fetchPage={({ page, size, sort }) => eventsOf(organizationId, { ...wanted, page, size, sort })}
        columns={columns}
        rowKey={({ id }) => id}
        defaultSort="occurredAt,desc"
        searchable={false}
        empty={
          <EmptyState
            icon={ScrollText}
            title={filtered ? t('audit.noMatch') : t('audit.none')}
            text={filtered ? t('audit.noMatchText') : undefined}
          />
        }
      />
    </Stack>
  );
}

interface FiltersProps extends Props {
  filter: AuditFilter;
  onChange: (change: Partial<AuditFilter>) => void;
}

function Filters({ organizationId, filter, onChange }: FiltersProps): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Card component="section" aria-label={t('audit.filters')} padding="md">
      <SimpleGrid cols={{ base: 1, xs: 2, lg: 5 }} spacing="sm">
        <TextInput
          label={t('audit.search')}
          maxLength={255}
          value={filter.search}
          onChange={({ currentTarget }) => onChange({ search: currentTarget.value })}
        />
        <TextInput
          label={t('audit.actor')}
          placeholder={t('audit.actorHint')}
          maxLength={254}
          spellCheck={false}
          value={filter.actor}
          onChange={({ currentTarget }) => onChange({ actor: currentTarget.value })}
        />
        <Autocomplete
          label={t('audit.action')}
          placeholder="member."
          data={actionKinds}
          maxLength={100}
          spellCheck={false}
          value={filter.action}
          onChange={(action) => onChange({ action })}
        />
        <PeriodFields filter={filter} onChange={onChange} />
      </SimpleGrid>
      <Export organizationId={organizationId} filter={filter} />
    </Card>
  );
}

function PeriodFields({ filter, onChange }: Pick<FiltersProps, 'filter' | 'onChange'>): React.ReactNode {
  const { t } = useTranslation();
  return (
    <>
      <TextInput
        type="date"
        label={t('audit.from')}
        value={filter.from}
        onChange={({ currentTarget }) => onChange({ from: currentTarget.value })}
      />
      <TextInput
        type="date"
        label={t('audit.to')}
        value={filter.to}
        error={filter.to !== '' && filter.from > filter.to ? t('audit.turned') : undefined}
        onChange={({ currentTarget }) => onChange({ to: currentTarget.value })}
      />
    </>
  );
}

function Export({ organizationId, filter }: Omit<FiltersProps, 'onChange'>): React.ReactNode {
  const { t } = useTranslation();
  const base = organizationId === undefined ? '/api/v1' : `/api/v1/organizations/${organizationId}`;
  return (
    <Group mt="sm" justify="flex-end">
      <DownloadButton
        path={`${base}/audit-events.csv`}
        query={queryOf(filter)}
        fileName={organizationId === undefined ? 'Audit log.csv' : `Audit log_${organizationId}.csv`}
      >
        {t('audit.export')}
      </DownloadButton>
    </Group>
  );
}

function useAuditColumns(organizationId: number | undefined): Column<AuditEventView>[] {
  const { t } = useTranslation();
  return [
    {
      key: 'occurredAt',
      title: t('audit.time'),
      sortable: true,
      render: ({ occurredAt }) => <Time value={occurredAt} as="full" />,
    },
    {
      key: 'actor',
      title: t('audit.actor'),
      minWidth: 210,
      render: (row) => <Actor {...row} />,
    },
    {
      key: 'action',
      title: t('audit.action'),
      render: ({ action }) => <Action action={action} />,
    },
    {
      key: 'target',
      title: t('audit.details'),
      minWidth: 380,
      render: (row) => <Details event={row} isOfServer={organizationId === undefined} />,
    },
  ];
}

function Actor({ actor, address }: AuditEventView): React.ReactNode {
  return (
    <Stack gap={0}>
      <Text className="break" fw={500} lh={1.35} inherit>
        {actor}
      </Text>
      {address && (
        <Text size="sm" c="dimmed" className="break" lh={1.35}>
          {address}
        </Text>
      )}
    </Stack>
  );
}

function Action({ action }: { action: string }): React.ReactNode {
  const words = actionWords(action);
  return (
    <Stack gap={2} align="flex-start">
      {words && <Text size="sm">{words}</Text>}
      <Code>{action}</Code>
    </Stack>
  );
}

interface DetailsProps {
  event: AuditEventView;
  /** Events of several organizations stand in one list. */
  isOfServer: boolean;
}

function Details({ event, isOfServer }: DetailsProps): React.ReactNode {
  const { t } = useTranslation();
  const { targetType, targetId, details, organizationId: where } = event;
  return (
    <Text size="sm" className="break" maw={460} lh={1.45}>
      {[
        targetType && [targetType, targetId].filter(Boolean).join(' '),
        isOfServer && where !== null && targetType !== 'organization' && t('audit.inOrganization', { id: where }),
        describeDetails(details),
      ]
        .filter(Boolean)
        .join(' · ')}
    </Text>
  );
}

function eventsOf(
  organizationId: number | undefined,
  query: PageRequest & ReturnType<typeof queryOf>,
): Promise<Page<AuditEventView>> {
  return answer(
    organizationId === undefined
      ? api.GET('/api/v1/audit-events', { params: { query } })
      : api.GET('/api/v1/organizations/{organizationId}/audit-events', {
          params: { path: { organizationId }, query },
        }),
  );
}

/** The action in the reader's language; in English it is its own name, by which the filter finds it, too. */
function actionWords(action: string): string | undefined {
  return i18next.getResource(i18next.language, 'translation', `audit|actions|${action}`, { keySeparator: '|' }) as
    string | undefined;
}
