import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { Users } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Time } from '../components/time/time';
import type { Conflict } from './conflict';
import { Failure } from './failure';

interface Props {
  conflict: Conflict;
  /** The name of a setting, as the form has it; absent: for the settings that stand alone in their form. */
  nameOf?: (field: string) => string;
  /** What the first button does, where that is more than to keep what was typed. */
  keep?: string;
  /** The form has its own way to give up. */
  withoutDiscard?: boolean;
}

/** Settings that stand alone in their form or question. */
const named = ['name', 'role', 'disabled', 'root', 'email'] as const;

function isNamed(field: string): field is (typeof named)[number] {
  return named.some((each) => each === field);
}

/** Says who has changed what meanwhile, and lets the person go on. */
export function Stale({ conflict, nameOf, keep, withoutDiscard }: Props): React.ReactNode {
  const { t } = useTranslation();
  const labelOf = nameOf ?? ((field) => (isNamed(field) ? t(`show.stale.field.${field}`) : field));
  const { changes, pending, failure, onKeep, onDiscard } = conflict;
  return (
    <Alert color="yellow" icon={<Users size={18} aria-hidden />} role="alert" title={t('show.stale.title')}>
      <Stack gap="sm">
        {changes.map(({ by, at, fields }) => (
          <Text key={`${at} ${fields.join()}`} size="sm" className="break">
            {fields.length > 0
              ? t('show.stale.changed', { by, fields: fields.map(labelOf).join(', ') })
              : t('show.stale.changedSomething', { by })}{' '}
            <Time value={at} as="full" />
          </Text>
        ))}
        <Text size="sm">{t('show.stale.text')}</Text>
        <Failure>{failure}</Failure>
        <Group gap="sm">
          <Button size="xs" loading={pending} onClick={onKeep}>
            {keep ?? t('show.stale.merge')}
          </Button>
          {!withoutDiscard && (
            <Button size="xs" variant="default" disabled={pending} onClick={onDiscard}>
              {t('show.stale.reload')}
            </Button>
          )}
        </Group>
      </Stack>
    </Alert>
  );
}
