import { Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import mark from './mark.svg?inline';

/** The product's mark: a seat, and a light that says that it is taken. */
export function Mark({ size = 28, named = false }: { size?: number; named?: boolean }): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Group gap={10} wrap="nowrap">
      <img src={mark} width={size} height={size} alt={named ? '' : t('app.product')} />
      {named && (
        <Text component="span" fw={640} style={{ whiteSpace: 'nowrap' }}>
          {t('app.product')}
        </Text>
      )}
    </Group>
  );
}
