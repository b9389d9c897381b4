import { Checkbox, type CheckboxGroupProps, Select, type SelectProps, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ApiKeyView } from '../../generated/api';

const day = 86_400_000;

/** When a key ends that lives for so many days, as its form has them; undefined: never. */
export function endAfter(days: string): string | undefined {
  return days === '' ? undefined : new Date(Date.now() + Number(days) * day).toISOString();
}

/** For how many days a new key is good; empty: for ever. */
export function LifeField(props: Omit<SelectProps, 'data' | 'label'>): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Select
      label={t('profile.keys.expires')}
      allowDeselect={false}
      data={[
        { value: '30', label: t('profile.keys.days', { count: 30 }) },
        { value: '90', label: t('profile.keys.days', { count: 90 }) },
        { value: '365', label: t('profile.keys.year') },
        { value: '', label: t('app.never') },
      ]}
      {...props}
    />
  );
}

interface ScopeProps extends Omit<CheckboxGroupProps, 'children'> {
  /** Those that the key may have. */
  scopes: readonly ApiKeyView['scopes'][number][];
}

/** What a key may do. */
export function ScopeChoice({ scopes, ...props }: ScopeProps): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Checkbox.Group label={t('profile.keys.scopes')} description={t('profile.keys.scopesHint')} {...props}>
      <Stack gap="xs" mt="xs">
        {scopes.map((scope) => (
          <Checkbox
            key={scope}
            value={scope}
            label={t(`profile.keys.scope.${scope}`)}
            description={t(`profile.keys.scopeText.${scope}`)}
          />
        ))}
      </Stack>
    </Checkbox.Group>
  );
}
