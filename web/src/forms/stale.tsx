import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { Users } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Problem } from '../api/problem';
import { Time } from '../show/time';

/** A change that somebody else has made while a form was open. */
interface ForeignChange {
  by: string;
  at: string;
  fields: string[];
}

/** Whether somebody else has changed the settings since the form has them. */
export function isStale(error: unknown): error is Problem {
  return error instanceof Problem && error.code === 'stale-version';
}

interface Props {
  problem: Problem;
  /** The name of a setting, as the form has it. */
  nameOf?: (field: string) => string;
  pending: boolean;
  /** Puts what was changed here on top of what is stored now; nothing is saved yet. */
  onMerge: () => void;
  /** Forgets what was changed here. */
  onReload: () => void;
}

/** Says who has changed what meanwhile, and lets the person go on. */
export function Stale({ problem, nameOf = (field) => field, pending, onMerge, onReload }: Props): React.ReactNode {
  const { t } = useTranslation();
  const changes = (problem.details.changes ?? []) as ForeignChange[];
  return (
    <Alert color="yellow" icon={<Users size={18} aria-hidden />} role="alert" title={t('show.stale.title')}>
      <Stack gap="sm">
        {changes.map(({ by, at, fields }) => (
          <Text key={at} size="sm">
            {fields.length > 0
              ? t('show.stale.changed', { by, fields: fields.map(nameOf).join(', ') })
              : t('show.stale.changedSomething', { by })}{' '}
            <Time value={at} as="full" />
          </Text>
        ))}
        <Text size="sm">{t('show.stale.text')}</Text>
        <Group gap="sm">
          <Button size="xs" loading={pending} onClick={onMerge}>
            {t('show.stale.merge')}
          </Button>
          <Button size="xs" variant="default" disabled={pending} onClick={onReload}>
            {t('show.stale.reload')}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}

/** The newest values, with those on top that were changed here. */
export function merged<V extends object>(mine: V, before: V, newest: V): V {
  const own = Object.entries(mine).filter(
    ([field, value]) => JSON.stringify(value) !== JSON.stringify(before[field as keyof V]),
  );
  return { ...newest, ...Object.fromEntries(own) };
}
