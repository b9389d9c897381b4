import { Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Column } from '../table/column';
import { PlainTable } from '../table/plain-table';
import { RowButton } from '../table/row-button';
import { Confirm } from './confirm';
import { Time } from './time/time';

/** A secret that was shown once; `expiresAt` undefined: of a kind that does not expire. */
interface Secret {
  id: number;
  lastUsedAt: string | null;
  expiresAt?: string | null;
}

/** What is said about revoking one. */
export interface RevokeTexts {
  /** Of the button in the row, which names the secret. */
  label: string;
  title: string;
  text: string;
  done: string;
}

interface Props<S extends Secret> {
  label: string;
  /** Said when there is none. */
  none: string;
  /** Undefined: not known yet. */
  secrets: readonly S[] | undefined;
  /** What tells them apart, before their use and expiry. */
  columns: Column<S>[];
  textsOf: (secret: S) => RevokeTexts;
  revoke: (secret: S) => Promise<void>;
}

/** Secrets that were shown once: when they were used last, when they expire, and a way to revoke them. */
export function SecretList<S extends Secret>(props: Props<S>): React.ReactNode {
  const { label, none, secrets, textsOf, revoke } = props;
  const { t } = useTranslation();
  const [revoking, setRevoking] = useState<S>();
  const columns = useColumns(props, setRevoking);
  if (!secrets) return null;
  const texts = revoking && textsOf(revoking);
  return (
    <>
      {secrets.length === 0 && <Text c="dimmed">{none}</Text>}
      {secrets.length > 0 && <PlainTable label={label} columns={columns} rows={secrets} rowKey={({ id }) => id} />}
      {texts && (
        <Confirm
          title={texts.title}
          text={texts.text}
          action={t('profile.keys.revoke')}
          danger
          done={texts.done}
          run={() => revoke(revoking)}
          onClose={() => setRevoking(undefined)}
        />
      )}
    </>
  );
}

function useColumns<S extends Secret>(
  { secrets = [], columns, textsOf }: Props<S>,
  onRevoke: (secret: S) => void,
): Column<S>[] {
  const { t } = useTranslation();
  const lastUsed: Column<S> = {
    key: 'lastUsed',
    title: t('profile.keys.lastUsed'),
    render: ({ lastUsedAt }) => <Time value={lastUsedAt} />,
  };
  const expires: Column<S> = {
    key: 'expires',
    title: t('profile.keys.expires'),
    render: ({ expiresAt }) => <Time value={expiresAt ?? null} as="date" />,
  };
  const actions: Column<S> = {
    key: 'actions',
    title: '',
    end: true,
    render: (secret) => (
      <RowButton danger label={textsOf(secret).label} onClick={() => onRevoke(secret)}>
        {t('profile.keys.revoke')}
      </RowButton>
    ),
  };
  const canExpire = secrets.some(({ expiresAt }) => expiresAt !== undefined);
  return [...columns, lastUsed, ...(canExpire ? [expires] : []), actions];
}
