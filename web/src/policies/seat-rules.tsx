import { Button, Group, NumberInput, Paper, Select, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Plus, Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { SeatCap, SeatReservation } from '../../generated/api';
import { answer, api } from '../api/client';
import { organizationKey } from '../api/queries';
import { nameOf } from '../components/person';

/** A line of the form. */
export interface SeatRule {
  product: SeatReservation['product'];
  seats: number | string;
  /** `user 12` or `team 3`. */
  holder: string | null;
}

export function ruleOf({ product, seats, userId, teamId }: SeatReservation | SeatCap): SeatRule {
  return { product, seats, holder: teamId ? `team ${teamId}` : userId ? `user ${userId}` : null };
}

export function rulesIn(rows: readonly SeatRule[]): (SeatReservation & SeatCap)[] {
  return rows.map(({ product, seats, holder }) => {
    const [kind, id] = (holder ?? '').split(' ');
    return { product, seats: Number(seats), ...(kind === 'team' ? { teamId: Number(id) } : { userId: Number(id) }) };
  });
}

interface Props {
  /** Seats that are kept, or seats that are the most. */
  kind: 'reservations' | 'caps';
  organizationId: number;
  readOnly: boolean;
  value: SeatRule[];
  error: React.ReactNode;
  onChange: (rows: SeatRule[]) => void;
}

/** Names that the browser can choose among; beyond them, one goes by the number. */
const most = 500;

/** Floating seats that are kept for a member or a team, or that they may have at most. */
export function SeatRules({ kind, organizationId, readOnly, value, error, onChange }: Props): React.ReactNode {
  const { t } = useTranslation();
  const { data: members } = useQuery({
    queryKey: organizationKey(organizationId, 'members', 'all'),
    queryFn: () =>
      answer(
        api.GET('/api/v1/organizations/{organizationId}/members', {
          params: { path: { organizationId }, query: { size: most, sort: 'email' } },
        }),
      ),
  });
  const { data: teams } = useQuery({
    queryKey: organizationKey(organizationId, 'teams', 'all'),
    queryFn: () =>
      answer(
        api.GET('/api/v1/organizations/{organizationId}/teams', {
          params: { path: { organizationId }, query: { size: most } },
        }),
      ),
  });
  const groups = [
    {
      group: t('policies.reservations.teams'),
      items: (teams?.content ?? []).map(({ id, name }) => ({ value: `team ${id}`, label: name })),
    },
    {
      group: t('policies.reservations.members'),
      items: (members?.content ?? []).map((member) => ({
        value: `user ${member.userId}`,
        label: nameOf(member) === member.email ? member.email : `${nameOf(member)} (${member.email})`,
      })),
    },
  ];
  const known = new Set(groups.flatMap(({ items }) => items.map((item) => item.value)));
  const unknown = value.flatMap(({ holder }) => (holder !== null && !known.has(holder) ? [holder] : []));
  const holders = [
    ...groups.filter(({ items }) => items.length > 0),
    ...(unknown.length > 0 ? [{ group: '…', items: [...new Set(unknown)] }] : []),
  ];
  const set = (index: number, change: Partial<SeatRule>): void =>
    onChange(value.map((row, at) => (at === index ? { ...row, ...change } : row)));
  return (
    <Stack gap="sm" align="stretch">
      {value.length === 0 && <Text c="dimmed">{t(`policies.${kind}.none`)}</Text>}
      {value.map((row, index) => (
        <Paper key={index} withBorder p="sm" radius="md">
          <Group align="flex-end" gap="sm" role="group" aria-label={t(`policies.${kind}.line`, { number: index + 1 })}>
            <Select
              label={t('policies.reservations.for')}
              flex={2}
              miw={220}
              searchable
              data={holders}
              placeholder={t('policies.reservations.choose')}
              nothingFoundMessage={t('show.member.none')}
              value={row.holder}
              onChange={(holder) => set(index, { holder })}
            />
            <Select
              label={t('licenses.product')}
              flex={1}
              miw={160}
              allowDeselect={false}
              data={(['KSE', 'KRE'] as const).map((product) => ({
                value: product,
                label: t(`app.productName.${product}`),
              }))}
              value={row.product}
              onChange={(product) => product && set(index, { product })}
            />
            <NumberInput
              label={t(`policies.${kind}.seats`)}
              w={100}
              min={kind === 'caps' ? 0 : 1}
              max={100_000}
              allowDecimal={false}
              value={row.seats}
              onChange={(seats) => set(index, { seats })}
            />
            {!readOnly && (
              <Button
                variant="subtle"
                color="red"
                leftSection={<Trash2 size={16} aria-hidden />}
                onClick={() => onChange(value.filter((_, at) => at !== index))}
              >
                {t('show.remove')}
              </Button>
            )}
          </Group>
        </Paper>
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
