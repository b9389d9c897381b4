import { Badge, Code, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { ClientConversation as Conversation } from '../../../generated/api';
import { answer, api } from '../../api/client';
import { AsyncContent } from '../../components/async-content';
import { Section } from '../../components/layout/section';
import { Time } from '../../components/time/time';
import { PlainTable } from '../../table/plain-table';
import type { Column } from '../../table/column';

type Version = Conversation['versions'][number];
type Call = Conversation['refusedCalls'][number];

/** Which of Katalon's clients there are, and what they have asked for in vain: for support. */
export function ClientConversation(): React.ReactNode {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ['clients'], queryFn: () => answer(api.GET('/api/v1/clients')) });
  return (
    <Section title={t('administration.system.clients.title')} text={t('administration.system.clients.text')}>
      <AsyncContent query={query} height={160}>
        {({ versions, refusedCalls }) => (
          <Stack gap="md">
            {versions.length > 0 ? (
              <Versions versions={versions} />
            ) : (
              <Text c="dimmed">{t('administration.system.clients.none')}</Text>
            )}
            {refusedCalls.length > 0 ? (
              <Calls calls={refusedCalls} />
            ) : (
              <Text c="dimmed">{t('administration.system.clients.noCalls')}</Text>
            )}
          </Stack>
        )}
      </AsyncContent>
    </Section>
  );
}

function Versions({ versions }: { versions: readonly Version[] }): React.ReactNode {
  const { t } = useTranslation();
  const columns = useVersionColumns();
  return (
    <PlainTable
      label={t('administration.system.clients.versions')}
      columns={columns}
      rows={versions}
      rowKey={({ client, version }) => `${client} ${version}`}
    />
  );
}

function Calls({ calls }: { calls: readonly Call[] }): React.ReactNode {
  const { t } = useTranslation();
  const columns = useCallColumns();
  return (
    <PlainTable
      label={t('administration.system.clients.calls')}
      columns={columns}
      rows={calls}
      rowKey={({ method, path, parameters, status, reason, program }) =>
        [method, path, parameters.join(), status, reason, program].join(' ')
      }
    />
  );
}

function useVersionColumns(): Column<Version>[] {
  const { t } = useTranslation();
  return [
    { key: 'client', title: t('administration.system.clients.client'), render: ({ client }) => nameOf(client) },
    { key: 'version', title: t('administration.system.version'), render: ({ version }) => version },
    {
      key: 'firstAt',
      title: t('administration.system.clients.firstAt'),
      render: ({ firstAt }) => <Time value={firstAt} />,
    },
    {
      key: 'lastAt',
      title: t('administration.system.clients.lastAt'),
      render: ({ lastAt }) => <Time value={lastAt} />,
    },
  ];
}

function useCallColumns(): Column<Call>[] {
  const { t } = useTranslation();
  return [
    {
      key: 'call',
      title: t('administration.system.clients.call'),
      minWidth: 260,
      render: (row) => <Request {...row} />,
    },
    {
      key: 'answer',
      title: t('administration.system.clients.answer'),
      render: (row) => <Answer {...row} />,
    },
    {
      key: 'program',
      title: t('administration.system.clients.program'),
      render: ({ program }) => <span className="break">{program || '–'}</span>,
    },
    { key: 'count', title: t('administration.system.clients.count'), end: true, render: ({ count }) => count },
    {
      key: 'lastAt',
      title: t('administration.system.clients.lastAt'),
      render: ({ lastAt }) => <Time value={lastAt} />,
    },
  ];
}

function Request({ method, path, parameters }: Call): React.ReactNode {
  return (
    <div>
      <Code className="break">
        {method} {path}
      </Code>
      {parameters.length > 0 && (
        <Text size="xs" c="dimmed" className="break">
          {parameters.join(', ')}
        </Text>
      )}
    </div>
  );
}

function Answer({ status, reason }: Call): React.ReactNode {
  return (
    <div>
      <Badge color="gray">{status}</Badge>
      <Text size="xs" c="dimmed" className="break">
        {reason}
      </Text>
    </div>
  );
}

/** The `package` of a client in the words of people. */
function nameOf(client: string): string {
  const names: Readonly<Record<string, string>> = {
    KSE: 'Katalon Studio',
    ENGINE: 'Runtime Engine',
    FLOATING_ENGINE: 'Runtime Engine (CI)',
  };
  return names[client] ?? client;
}
