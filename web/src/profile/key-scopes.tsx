import { Badge, Code, Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ApiKeyView } from '../../generated/api';

/** What a key is called, and how it begins. */
export function KeyName({ name, hint }: Pick<ApiKeyView, 'name' | 'hint'>): React.ReactNode {
  return (
    <div>
      <Text fw={500} className="break" inherit>
        {name}
      </Text>
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
