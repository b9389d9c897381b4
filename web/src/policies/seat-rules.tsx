import { Button, Group, NumberInput, Paper, Select, Stack, Text } from '@mantine/core';
import { Plus, Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { products } from '../api/enums';
import type { SeatRule } from './seat-rule';
import { type HolderGroup, useSeatHolders } from './use-seat-holders';

type Kind = 'reservations' | 'caps';

interface Props {
  /** Seats that are kept, or seats that are the most. */
  kind: Kind;
  organizationId: number;
  readOnly: boolean;
  value: SeatRule[];
  error: React.ReactNode;
  onChange: (rows: SeatRule[]) => void;
}

/** Floating seats that are kept for a member or a team, or that they may have at most. */
export function SeatRules({ kind, organizationId, readOnly, value, error, onChange }: Props): React.ReactNode {
  const { t } = useTranslation();
  const holders = useSeatHolders(organizationId, value);
  return (
    <Stack gap="sm" align="stretch">
      {value.length === 0 && <Text c="dimmed">{t(`policies.${kind}.none`)}</Text>}
      {value.map((rule, index) => (
        <RuleFields
          key={index}
          kind={kind}
          label={t(`policies.${kind}.line`, { number: index + 1 })}
          holders={holders}
          rule={rule}
          onChange={(change) => onChange(value.map((row, at) => (at === index ? { ...row, ...change } : row)))}
          onRemove={readOnly ? undefined : () => onChange(value.filter((_, at) => at !== index))}
        />
      ))}
      {error && (
        <Text c="var(--mantine-color-error)" size="sm" role="alert">
          {error}
        </Text>
      )}
      {!readOnly && (
        <Button
          variant="light"
          leftSection={<Plus size={16} aria-hidden />}
          style={{ alignSelf: 'flex-start' }}
          onClick={() => onChange([...value, { product: kind === 'caps' ? 'KRE' : 'KSE', seats: 1, holder: null }])}
        >
          {t(`policies.${kind}.add`)}
        </Button>
      )}
    </Stack>
  );
}

interface RuleProps {
  kind: Kind;
  label: string;
  holders: HolderGroup[];
  rule: SeatRule;
  onChange: (change: Partial<SeatRule>) => void;
  onRemove: (() => void) | undefined;
}

function RuleFields({ kind, label, holders, rule, onChange, onRemove }: RuleProps): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Paper withBorder p="sm" radius="md">
      <Group align="flex-end" gap="sm" role="group" aria-label={label}>
        <Select
          label={t('policies.reservations.for')}
          flex={2}
          miw={220}
          searchable
          data={holders}
          placeholder={t('policies.reservations.choose')}
          nothingFoundMessage={t('show.member.none')}
          value={rule.holder}
          onChange={(holder) => onChange({ holder })}
        />
        <Select
          label={t('licenses.product')}
          flex={1}
          miw={160}
          allowDeselect={false}
          data={products.map((product) => ({ value: product, label: t(`app.productName.${product}`) }))}
          value={rule.product}
          onChange={(product) => product && onChange({ product })}
        />
        <NumberInput
          label={t(`policies.${kind}.seats`)}
          w={100}
          min={kind === 'caps' ? 0 : 1}
          max={100_000}
          allowDecimal={false}
          value={rule.seats}
          onChange={(seats) => onChange({ seats })}
        />
        {onRemove && (
          <Button variant="subtle" color="red" leftSection={<Trash2 size={16} aria-hidden />} onClick={onRemove}>
            {t('show.remove')}
          </Button>
        )}
      </Group>
    </Paper>
  );
}
