import { Badge, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { PeopleImportResult, PersonChange, PersonResult } from '../../generated/api';
import { CopyButton } from '../components/copy-button';
import { describeRefusal } from '../language/describe-refusal';
import type { Column } from '../table/column';
import { PlainTable } from '../table/plain-table';

const colorOf = { invited: 'pine', changed: 'blue', refused: 'red', unchanged: 'gray' } as const;

interface Props {
  result: PeopleImportResult;
  /** Whether it has happened; if not, it would. */
  isDone: boolean;
}

/** What becomes of the people of a file. Those of whom it says nothing new are counted only. */
export function PeopleResults({ result: { teams, people }, isDone }: Props): React.ReactNode {
  const { t } = useTranslation();
  const columns = useColumns();
  const rows = people.filter(({ outcome }) => outcome !== 'unchanged');
  const count = (wanted: PersonResult['outcome']): number => people.filter(({ outcome }) => outcome === wanted).length;
  const counts = { invited: count('invited'), changed: count('changed') };
  const others = { unchanged: count('unchanged'), refused: count('refused') };
  return (
    <Stack gap="sm">
      <div role="status">
        <Text fw={600}>{t(isDone ? 'users.file.import.done' : 'users.file.import.preview')}</Text>
        <Text size="sm">{t('users.file.import.summary', { ...counts, ...others })}</Text>
        {teams.length > 0 && (
          <Text size="sm">{t('users.file.import.teams', { count: teams.length, names: teams.join(', ') })}</Text>
        )}
      </div>
      {rows.length > 0 && (
        <PlainTable
          label={t('users.file.import.results')}
          columns={columns}
          rows={rows}
          rowKey={({ line, email }) => `${line} ${email}`}
        />
      )}
    </Stack>
  );
}

function useColumns(): Column<PersonResult>[] {
  const { t } = useTranslation();
  return [
    { key: 'email', title: t('users.columns.email'), render: (row) => <Address {...row} /> },
    {
      key: 'outcome',
      title: t('users.file.import.outcome'),
      render: ({ outcome }) => <Badge color={colorOf[outcome]}>{t(`users.file.import.is.${outcome}`)}</Badge>,
    },
    { key: 'changes', title: t('users.file.import.changes'), render: (row) => <Changes {...row} /> },
    {
      key: 'link',
      title: '',
      end: true,
      render: ({ email, link }) =>
        link && <CopyButton value={link} label={t('users.invitations.copyFor', { email })} />,
    },
  ];
}

function Address({ email, line }: PersonResult): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Text size="sm" className="break">
      {email}
      {line !== null && (
        <Text span size="sm" c="dimmed" ms="xs">
          {t('users.invite.line', { line })}
        </Text>
      )}
    </Text>
  );
}

function Changes({ changes, error, hint }: PersonResult): React.ReactNode {
  if (error) {
    return (
      <Text size="sm" c="var(--mantine-color-error)">
        {describeRefusal(error)}
      </Text>
    );
  }
  return (
    <div>
      {changes.map((change) => (
        <Change key={change.name} {...change} />
      ))}
      {hint && (
        <Text size="sm" c="dimmed">
          {describeRefusal(hint)}
        </Text>
      )}
    </div>
  );
}

function Change({ name, from, to }: PersonChange): React.ReactNode {
  const { t } = useTranslation();
  const valueOf = (value: string): string => {
    if (value === '') return '–';
    return name === 'role' ? t(`app.role.${value as 'USER'}`) : value;
  };
  return (
    <Text size="sm" className="break">
      {t(`users.file.import.field.${name}`)}: {from === null ? '' : `${valueOf(from)} → `}
      {valueOf(to)}
    </Text>
  );
}
