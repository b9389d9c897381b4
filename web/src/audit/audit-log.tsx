import { Autocomplete, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { answer, api } from '../api/client';
import { DownloadButton } from '../components/download-button';
import { FilterCard } from '../components/layout/filter-card';
import { nameOf } from '../components/person';
import { useAddressState } from '../table/use-address-state';
import { AuditEvents } from './audit-events';
import { actionGroups, type AuditFilter, noFilter, auditQueryOf } from './audit-filter';

interface Props {
  /** Of this organization; absent: of the whole server. */
  organizationId?: number;
}

/** Who did what, when and from where, with filters and the export of what they leave. */
export function AuditLog({ organizationId }: Props): React.ReactNode {
  const [filter, set] = useAddressState(noFilter);
  const [typed] = useDebouncedValue(filter, 300);
  return (
    <Stack gap="md">
      <Filters organizationId={organizationId} filter={filter} onChange={set} />
      <AuditEvents organizationId={organizationId} wanted={auditQueryOf(typed)} />
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
    <FilterCard
      label={t('audit.filters')}
      active={Object.values(filter).filter((text) => text.trim() !== '').length}
      actions={<Export organizationId={organizationId} filter={filter} />}
    >
      <SimpleGrid cols={{ base: 1, xs: 2, lg: 5 }} spacing="sm">
        <TextInput
          label={t('audit.search')}
          maxLength={255}
          value={filter.search}
          onChange={({ currentTarget }) => onChange({ search: currentTarget.value })}
        />
        <ActorField organizationId={organizationId} value={filter.actor} onChange={(actor) => onChange({ actor })} />
        <Autocomplete
          label={t('audit.action')}
          placeholder="member."
          data={(['seats', 'people', 'signIn', 'server'] as const).map((group) => ({
            group: t(`audit.group.${group}`),
            items: [...actionGroups[group]],
          }))}
          maxLength={100}
          spellCheck={false}
          value={filter.action}
          onChange={(action) => onChange({ action })}
        />
        <PeriodFields filter={filter} onChange={onChange} />
      </SimpleGrid>
    </FilterCard>
  );
}

/** Members, or on the whole server accounts, whose name or address has what is typed. */
function ActorField({
  organizationId,
  value,
  onChange,
}: Props & { value: string; onChange: (email: string) => void }): React.ReactNode {
  const { t } = useTranslation();
  const [search] = useDebouncedValue(value.trim(), 200);
  const { data } = useQuery({
    queryKey: ['audit-actors', organizationId, search],
    queryFn: () => peopleFound(organizationId, search),
    placeholderData: keepPreviousData,
  });
  const names = new Map((data ?? []).map((person) => [person.email, nameOf(person)]));
  return (
    <Autocomplete
      label={t('audit.actor')}
      placeholder={t('audit.actorHint')}
      maxLength={254}
      spellCheck={false}
      value={value}
      onChange={onChange}
      data={[...names.keys()]}
      filter={({ options }) => options}
      renderOption={({ option }) => (
        <Stack gap={0}>
          <span>{names.get(option.value)}</span>
          <Text size="sm" c="dimmed">
            {option.value}
          </Text>
        </Stack>
      )}
    />
  );
}

async function peopleFound(
  organizationId: number | undefined,
  search: string,
): Promise<{ email: string; firstName: string; lastName: string }[]> {
  const query = { search: search || undefined, size: 8 };
  const { content } = await answer<{ content: { email: string; firstName: string; lastName: string }[] }>(
    organizationId === undefined
      ? api.GET('/api/v1/users', { params: { query } })
      : api.GET('/api/v1/organizations/{organizationId}/members', { params: { path: { organizationId }, query } }),
  );
  return content;
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
    <DownloadButton
      path={`${base}/audit-events.csv`}
      query={auditQueryOf(filter)}
      fileName={organizationId === undefined ? 'Audit log.csv' : `Audit log_${organizationId}.csv`}
    >
      {t('audit.export')}
    </DownloadButton>
  );
}
