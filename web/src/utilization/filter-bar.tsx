import { Button, Group, Select, SimpleGrid, Text, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { products, seatModels, usageIntervals } from '../api/enums';
import { FilterCard } from '../components/layout/filter-card';
import { MemberSelect } from '../forms/member-select';
import { useOrganization } from '../app/use-me';
import { activeIn, fits, lastDays, today, type UtilizationFilter } from './utilization-filter';

interface Props {
  filter: UtilizationFilter;
  onChange: (filter: UtilizationFilter) => void;
  fault: 'missing' | 'turned' | undefined;
}

const periods = [7, 30, 90, 365];

/** Of what time, whom, and what. */
export function FilterBar({ filter, onChange, fault }: Props): React.ReactNode {
  const { t } = useTranslation();
  const { id: organizationId } = useOrganization();
  const set = (change: Partial<UtilizationFilter>): void => {
    const next = { ...filter, ...change };
    if (!fits(next.interval, next)) next.interval = fits('day', next) ? 'day' : 'month';
    onChange(next);
  };
  const plain = filter.userId === null && filter.machine === '' && !filter.product && !filter.model;
  return (
    <FilterCard label={t('utilization.filter.title')} active={activeIn(filter)}>
      <Periods filter={filter} onChange={set} />
      <SimpleGrid cols={{ base: 1, xs: 2, sm: 3, lg: 7 }} spacing="sm">
        <PeriodFields filter={filter} fault={fault} onChange={set} />
        <SeatFields filter={filter} onChange={set} />
        <MemberSelect
          label={t('utilization.filter.user')}
          placeholder={t('show.all')}
          organizationId={organizationId}
          value={filter.userId}
          onChange={(userId) => set({ userId })}
        />
        <TextInput
          label={t('utilization.filter.machine')}
          placeholder={t('show.all')}
          maxLength={255}
          spellCheck={false}
          value={filter.machine}
          onChange={({ currentTarget }) => set({ machine: currentTarget.value })}
        />
      </SimpleGrid>
      {!plain && (
        <Button
          mt="sm"
          size="compact-sm"
          variant="subtle"
          onClick={() => set({ userId: null, machine: '', product: null, model: null })}
        >
          {t('utilization.filter.clear')}
        </Button>
      )}
    </FilterCard>
  );
}

interface PartProps {
  filter: UtilizationFilter;
  onChange: (change: Partial<UtilizationFilter>) => void;
}

function Periods({ filter, onChange }: PartProps): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Group gap="xs" mb="sm" role="group" aria-label={t('utilization.filter.period')}>
      {periods.map((count) => {
        const period = lastDays(count);
        const chosen = filter.from === period.from && filter.to === period.to;
        return (
          <Button
            key={count}
            size="compact-sm"
            variant={chosen ? 'light' : 'default'}
            aria-pressed={chosen}
            onClick={() => onChange(period)}
          >
            {t('utilization.filter.days', { count })}
          </Button>
        );
      })}
      <Text size="sm" c="dimmed">
        {t('utilization.filter.utc')}
      </Text>
    </Group>
  );
}

function PeriodFields({ filter, fault, onChange }: PartProps & Pick<Props, 'fault'>): React.ReactNode {
  const { t } = useTranslation();
  return (
    <>
      <TextInput
        type="date"
        label={t('utilization.filter.from')}
        value={filter.from}
        max={today()}
        error={fault === 'turned' ? t('utilization.filter.turned') : undefined}
        onChange={({ currentTarget }) => onChange({ from: currentTarget.value })}
      />
      <TextInput
        type="date"
        label={t('utilization.filter.to')}
        value={filter.to}
        max={today()}
        error={fault === 'missing' ? t('utilization.filter.missing') : undefined}
        onChange={({ currentTarget }) => onChange({ to: currentTarget.value })}
      />
      <Select
        label={t('utilization.filter.interval')}
        data={usageIntervals.map((value) => ({
          value,
          label: t(`utilization.interval.${value}`),
          disabled: !fits(value, filter),
        }))}
        allowDeselect={false}
        value={filter.interval}
        onChange={(value) => value && onChange({ interval: value })}
      />
    </>
  );
}

function SeatFields({ filter, onChange }: PartProps): React.ReactNode {
  const { t } = useTranslation();
  return (
    <>
      <Select
        label={t('utilization.product')}
        placeholder={t('show.all')}
        clearable
        clearButtonProps={{ 'aria-label': t('show.clear') }}
        data={products.map((value) => ({ value, label: t(`app.productName.${value}`) }))}
        value={filter.product}
        onChange={(value) => onChange({ product: value })}
      />
      <Select
        label={t('utilization.model')}
        placeholder={t('show.all')}
        clearable
        clearButtonProps={{ 'aria-label': t('show.clear') }}
        data={seatModels.map((value) => ({ value, label: t(`app.model.${value}`) }))}
        value={filter.model}
        onChange={(value) => onChange({ model: value })}
      />
    </>
  );
}
