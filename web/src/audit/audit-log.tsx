import { Autocomplete, Card, Code, Group, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import i18next from 'i18next';
import { ScrollText } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { AuditEventView } from '../../generated/api';
import { answer, api } from '../api/client';
import { endOfDay, startOfDay } from '../forms/day';
import { DownloadButton } from '../components/download-button';
import { EmptyState } from '../components/empty-state';
import { Time } from '../components/time';
import type { Column } from '../table/column';
import { ServerTable } from '../table/server-table';
import { useAddressState } from '../table/use-address-state';

interface Props {
  /** Of this organization; absent: of the whole server. */
  organizationId?: number;
}

/** What actions begin with. */
const kinds = [
  'access.',
  'account.',
  'allocation.',
  'api-key.',
  'audit-log.',
  'backup.',
  'execution-notification.',
  'invitation.',
  'lease.',
  'license.',
  'license-policy.',
  'licensed-user.',
  'machine.',
  'mail-server.',
  'member.',
  'offline-license.',
  'organization.',
  'plugin.',
  'server-settings.',
  'session.',
  'setup.',
  'sign-in.',
  'team.',
  'team-member.',
  'token.',
  'user.',
  'utilization.',
];

const nothing = { search: '', actor: '', action: '', from: '', to: '' };

/** The filter as the server reads it. */
function queryOf({ search, actor, action, from, to }: typeof nothing): {
  search?: string;
  actor?: string;
  action?: string;
  from?: string;
  to?: string;
} {
  return {
    search: search.trim() || undefined,
    actor: actor.trim() || undefined,
    action: action.trim() || undefined,
    from: from ? startOfDay(from).toISOString() : undefined,
    to: to ? endOfDay(to).toISOString() : undefined,
  };
}

/** Who did what, when and from where, with filters and the export of what they leave. */
export function AuditLog({ organizationId }: Props): React.ReactNode {
  const { t } = useTranslation();
  const [filter, set] = useAddressState(nothing);
  const [typed] = useDebouncedValue(filter, 300);
  const wanted = queryOf(typed);
  const filtered = Object.values<unknown>(wanted).some((value) => value !== undefined);
  const columns: Column<AuditEventView>[] = [
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
      sortable: true,
      render: ({ actor, address }) => (
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
      ),
    },
    {
      key: 'action',
      title: t('audit.action'),
      sortable: true,
      render: ({ action }) => {
        const words = actionWords(action);
        return (
          <Stack gap={2} align="flex-start">
            {words && <Text size="sm">{words}</Text>}
            <Code>{action}</Code>
          </Stack>
        );
      },
    },
    {
      key: 'target',
      title: t('audit.details'),
      minWidth: 380,
      render: ({ targetType, targetId, details, organizationId: where }) => (
        <Text size="sm" className="break" maw={460} lh={1.45}>
          {[
            targetType && [targetType, targetId].filter(Boolean).join(' '),
            organizationId === undefined &&
              where !== null &&
              targetType !== 'organization' &&
              t('audit.inOrganization', { id: where }),
            describeDetails(details),
          ]
            .filter(Boolean)
            .join(' · ')}
        </Text>
      ),
    },
  ];
  const base = organizationId === undefined ? '/api/v1' : `/api/v1/organizations/${organizationId}`;
  return (
    <Stack gap="md">
      <Card component="section" aria-label={t('audit.filters')} padding="md">
        <SimpleGrid cols={{ base: 1, xs: 2, lg: 5 }} spacing="sm">
          <TextInput
            label={t('audit.search')}
            maxLength={255}
            value={filter.search}
            onChange={({ currentTarget }) => set({ search: currentTarget.value })}
          />
          <TextInput
            label={t('audit.actor')}
            placeholder={t('audit.actorHint')}
            maxLength={254}
            spellCheck={false}
            value={filter.actor}
            onChange={({ currentTarget }) => set({ actor: currentTarget.value })}
          />
          <Autocomplete
            label={t('audit.action')}
            placeholder="member."
            data={kinds}
            maxLength={100}
            spellCheck={false}
            value={filter.action}
            onChange={(action) => set({ action })}
          />
          <TextInput
            type="date"
            label={t('audit.from')}
            value={filter.from}
            onChange={({ currentTarget }) => set({ from: currentTarget.value })}
          />
          <TextInput
            type="date"
            label={t('audit.to')}
            value={filter.to}
            error={filter.to !== '' && filter.from > filter.to ? t('audit.turned') : undefined}
            onChange={({ currentTarget }) => set({ to: currentTarget.value })}
          />
        </SimpleGrid>
        <Group mt="sm" justify="flex-end">
          <DownloadButton
            path={`${base}/audit-events.csv`}
            query={queryOf(filter)}
            fileName={organizationId === undefined ? 'Audit log.csv' : `Audit log_${organizationId}.csv`}
          >
            {t('audit.export')}
          </DownloadButton>
        </Group>
      </Card>
      <ServerTable
        label={t('audit.title')}
        queryKey={['audit', organizationId ?? 'server', wanted]}
        polled
        fetchPage={({ page, size, sort }) => {
          const query = { ...wanted, page, size, sort };
          return answer(
            organizationId === undefined
              ? api.GET('/api/v1/audit-events', { params: { query } })
              : api.GET('/api/v1/organizations/{organizationId}/audit-events', {
                  params: { path: { organizationId }, query },
                }),
          );
        }}
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

/** The action in the reader's language; in English it is its own name, by which the filter finds it, too. */
function actionWords(action: string): string | undefined {
  return i18next.getResource(i18next.language, 'translation', `audit|actions|${action}`, { keySeparator: '|' }) as
    string | undefined;
}

/** Details in a line: "role: ADMIN"; of what was one thing and is another now: "leaseMinutes: 15 → 20". */
function describeDetails(details: Readonly<Record<string, unknown>>): string {
  const { from, to, ...others } = details;
  const compared = isRecord(from) && isRecord(to) ? changesBetween(from, to) : detailLines({ from, to });
  return [...compared, ...detailLines(others)].join(', ');
}

function changesBetween(from: Readonly<Record<string, unknown>>, to: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(to)
    .filter((name) => JSON.stringify(from[name]) !== JSON.stringify(to[name]))
    .map((name) => `${name}: ${wordOf(from[name])} → ${wordOf(to[name])}`);
}

function detailLines(details: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(details)
    .filter(([, value]) => value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0))
    .map(([name, value]) => `${name}: ${wordOf(value)}`);
}

function wordOf(value: unknown): string {
  if (value === null || value === undefined || (Array.isArray(value) && value.length === 0)) return '–';
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value.join(', ');
  // As in the export: a license ends on the day that was written, for every reader.
  if (typeof value === 'string') return value.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)[\d:.]*Z$/, '$1 $2 UTC');
  return JSON.stringify(value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
