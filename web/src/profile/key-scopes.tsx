import { Badge, Code, Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ApiKeyView } from '../../generated/api';
import type { RevokeTexts } from '../components/secret-list';

/** What its owner calls a secret. */
export function SecretName({ children }: { children: string }): React.ReactNode {
  return (
    <Text fw={500} className="break" inherit>
      {children}
    </Text>
  );
}

/** What a key is called, and how it begins. */
export function KeyName({ name, hint }: Pick<ApiKeyView, 'name' | 'hint'>): React.ReactNode {
  return (
    <div>
      <SecretName>{name}</SecretName>
      <Code>{hint}…</Code>
    </div>
  );
}

/** What a key is for. */
export function KeyScopes({ scopes, legacy }: Pick<ApiKeyView, 'scopes' | 'legacy'>): React.ReactNode {
  const { t } = useTranslation();
  if (legacy) return <Badge color="yellow">{t('profile.keys.legacy')}</Badge>;
  return (
    <Group gap={4}>
      {scopes.map((scope) => (
        <Badge key={scope} color="gray" miw="fit-content">
          {t(`profile.keys.scope.${scope}`)}
        </Badge>
      ))}
    </Group>
  );
}

/** What is said about revoking a key. */
export function useRevokeTexts(): (key: Pick<ApiKeyView, 'name'>) => RevokeTexts {
  const { t } = useTranslation();
  return ({ name }) => ({
    label: t('profile.keys.revokeFor', { name }),
    title: t('profile.keys.revokeTitle', { name }),
    text: t('profile.keys.revokeText'),
    done: t('profile.keys.revoked', { name }),
  });
}
