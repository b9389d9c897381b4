import { Badge, Button, Code, Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SamlKeyView } from '../../generated/api';
import { answer, api } from '../api/client';
import { queryClient } from '../api/queries';
import { AsyncContent } from '../components/async-content';
import { Confirm } from '../components/confirm';
import { CopyButton } from '../components/copy-button';
import { notifyDone, notifyFailure } from '../components/notify';
import { Section } from '../components/layout/section';
import { Time, useNow } from '../components/time/time';
import { describeError } from '../components/describe-error';
import type { Column } from '../table/column';
import { PlainTable } from '../table/plain-table';
import { RowButton } from '../table/row-button';

const path = '/api/v1/identity-providers/{providerId}/saml-keys';
const keyOf = (providerId: number): unknown[] => ['saml-keys', providerId];

/** Milliseconds before the end of a certificate from which on it is marked: providers may need weeks to take over a new one. */
const markedMillis = 30 * 86_400_000;

/** What is asked before it is done. */
interface Question {
  act: 'use' | 'remove';
  key: SamlKeyView;
}

/** This server's key for a SAML provider, and the steps in which it is replaced. */
export function SamlKeys({ id }: { id: number }): React.ReactNode {
  const { t } = useTranslation();
  const [question, setQuestion] = useState<Question>();
  const query = useQuery({
    queryKey: keyOf(id),
    queryFn: () => answer(api.GET(path, { params: { path: { providerId: id } } })),
  });
  const columns = useColumns(setQuestion);
  const other = query.data?.find(({ state }) => state !== 'in-use');
  return (
    <Section
      title={t('singleSignOn.key.title')}
      text={t(`singleSignOn.key.text.${other?.state ?? 'in-use'}`)}
      actions={query.data && !other && <Create id={id} />}
    >
      <AsyncContent query={query} height={80}>
        {(keys) => (
          <PlainTable
            label={t('singleSignOn.key.title')}
            columns={columns}
            rows={keys}
            rowKey={({ id: fingerprint }) => fingerprint}
          />
        )}
      </AsyncContent>
      {question && <Ask id={id} question={question} onClose={() => setQuestion(undefined)} />}
    </Section>
  );
}

function Create({ id }: { id: number }): React.ReactNode {
  const { t } = useTranslation();
  const [pending, setPending] = useState(false);
  const create = async (): Promise<void> => {
    setPending(true);
    try {
      await answer(api.POST(path, { params: { path: { providerId: id } } }));
      await queryClient.invalidateQueries({ queryKey: keyOf(id) });
      notifyDone(t('singleSignOn.key.created'));
    } catch (error) {
      notifyFailure(describeError(error));
    } finally {
      setPending(false);
    }
  };
  return (
    <Button
      leftSection={<Plus size={16} aria-hidden />}
      variant="default"
      loading={pending}
      onClick={() => void create()}
    >
      {t('singleSignOn.key.create')}
    </Button>
  );
}

function Ask({ id, question, onClose }: { id: number; question: Question; onClose: () => void }): React.ReactNode {
  const { t } = useTranslation();
  const { act, key } = question;
  const params = { params: { path: { providerId: id, keyId: key.id } } };
  const run = async (): Promise<void> => {
    await (act === 'use'
      ? answer(api.POST(`${path}/{keyId}/use`, params))
      : answer(api.DELETE(`${path}/{keyId}`, params)));
    await queryClient.invalidateQueries({ queryKey: keyOf(id) });
  };
  return (
    <Confirm
      title={t(`singleSignOn.key.${act}Title`)}
      text={t(`singleSignOn.key.${act}Text`)}
      action={t(`singleSignOn.key.${act}`)}
      danger={act === 'remove'}
      done={t(`singleSignOn.key.${act}Done`)}
      run={run}
      onClose={onClose}
    />
  );
}

/** As many digits of a fingerprint as tell keys apart. */
function hintOf({ id }: SamlKeyView): string {
  return id.slice(0, 16);
}

function useColumns(ask: (question: Question) => void): Column<SamlKeyView>[] {
  const { t } = useTranslation();
  return [
    {
      key: 'fingerprint',
      title: t('singleSignOn.key.fingerprint'),
      render: (key) => (
        <Group gap={4} wrap="nowrap">
          <Code>{hintOf(key)}…</Code>
          <CopyButton value={key.certificate} label={t('singleSignOn.key.copy', { hint: hintOf(key) })} />
        </Group>
      ),
    },
    {
      key: 'state',
      title: t('singleSignOn.admin.state'),
      render: ({ state }) => (
        <Badge color={state === 'in-use' ? undefined : 'gray'}>{t(`singleSignOn.key.state.${state}`)}</Badge>
      ),
    },
    { key: 'end', title: t('singleSignOn.key.validUntil'), render: (key) => <End value={key.validUntil} /> },
    { key: 'actions', title: '', end: true, render: (key) => <Actions samlKey={key} ask={ask} /> },
  ];
}

function End({ value }: { value: string }): React.ReactNode {
  const { t } = useTranslation();
  const left = new Date(value).getTime() - useNow();
  return (
    <Group gap="xs" wrap="nowrap">
      <Time value={value} as="date" />
      {left < markedMillis && (
        <Badge color={left < 0 ? 'red' : 'yellow'}>{t(`singleSignOn.key.${left < 0 ? 'ended' : 'ends'}`)}</Badge>
      )}
    </Group>
  );
}

interface ActionsProps {
  samlKey: SamlKeyView;
  ask: (question: Question) => void;
}

function Actions({ samlKey: key, ask }: ActionsProps): React.ReactNode {
  const { t } = useTranslation();
  if (key.state === 'in-use') return null;
  const hint = hintOf(key);
  return (
    <Group gap={4} wrap="nowrap" justify="flex-end">
      <RowButton label={t('singleSignOn.key.useFor', { hint })} onClick={() => ask({ act: 'use', key })}>
        {t('singleSignOn.key.use')}
      </RowButton>
      <RowButton danger label={t('singleSignOn.key.removeFor', { hint })} onClick={() => ask({ act: 'remove', key })}>
        {t('singleSignOn.key.remove')}
      </RowButton>
    </Group>
  );
}
