import { Button, Code, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ScimTokenView } from '../../generated/api';
import { answer, api } from '../api/client';
import { infoQuery, queryClient } from '../api/queries';
import { CopyLine } from '../components/copy-line';
import { notifyFailure } from '../components/notify';
import { SecretList } from '../components/secret-list';
import { Section } from '../components/layout/section';
import { ShownOnce } from '../components/shown-once';
import { Time } from '../components/time/time';
import { describeError } from '../components/describe-error';
import type { Column } from '../table/column';

const path = '/api/v1/identity-providers/{providerId}/scim-tokens';
const keyOf = (providerId: number): unknown[] => ['scim-tokens', providerId];

/** The tokens with which a provider keeps people and groups up to date here, and the address to give it. */
export function ScimTokens({ id }: { id: number }): React.ReactNode {
  const { t } = useTranslation();
  const [created, setCreated] = useState<string>();
  const create = async (): Promise<void> => {
    try {
      const made = await answer(api.POST(path, { params: { path: { providerId: id } } }));
      await queryClient.invalidateQueries({ queryKey: keyOf(id) });
      setCreated(made.token);
    } catch (error) {
      notifyFailure(describeError(error));
    }
  };
  return (
    <Section
      title={t('singleSignOn.scim.title')}
      text={t('singleSignOn.scim.text')}
      actions={
        <Button leftSection={<Plus size={16} aria-hidden />} variant="default" onClick={() => void create()}>
          {t('singleSignOn.scim.create')}
        </Button>
      }
    >
      <Stack>
        <Address />
        <TokenList id={id} />
      </Stack>
      {created !== undefined && (
        <ShownOnce
          title={t('singleSignOn.scim.createdTitle')}
          text={t('singleSignOn.scim.once')}
          secret={created}
          copyLabel={t('singleSignOn.scim.copy')}
          testId="scim-token"
          onClose={() => setCreated(undefined)}
        />
      )}
    </Section>
  );
}

function TokenList({ id }: { id: number }): React.ReactNode {
  const { t } = useTranslation();
  const { data } = useQuery({
    queryKey: keyOf(id),
    queryFn: () => answer(api.GET(path, { params: { path: { providerId: id } } })),
  });
  const columns = useColumns();
  return (
    <SecretList
      label={t('singleSignOn.scim.title')}
      none={t('singleSignOn.scim.none')}
      secrets={data}
      columns={columns}
      textsOf={({ hint }) => ({
        label: t('singleSignOn.scim.revokeFor', { hint }),
        title: t('singleSignOn.scim.revokeTitle', { hint }),
        text: t('singleSignOn.scim.revokeText'),
        done: t('singleSignOn.scim.revoked'),
      })}
      revoke={async ({ id: tokenId }) => {
        await answer(api.DELETE(`${path}/{tokenId}`, { params: { path: { providerId: id, tokenId } } }));
        await queryClient.invalidateQueries({ queryKey: keyOf(id) });
      }}
    />
  );
}

/** What the provider calls. */
function Address(): React.ReactNode {
  const { t } = useTranslation();
  const { data } = useQuery(infoQuery);
  if (!data) return null;
  return <CopyLine label={t('singleSignOn.scim.address')} value={`${data.serverUrl.replace(/\/$/, '')}/scim/v2`} />;
}

function useColumns(): Column<ScimTokenView>[] {
  const { t } = useTranslation();
  return [
    { key: 'hint', title: t('singleSignOn.scim.token'), render: ({ hint }) => <Code>{hint}…</Code> },
    { key: 'created', title: t('singleSignOn.scim.created'), render: ({ createdAt }) => <Time value={createdAt} /> },
  ];
}
