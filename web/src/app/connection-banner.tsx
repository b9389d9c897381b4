import { Group, Loader, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { connection } from '../api/connection';
import { useSignal } from '../api/signal';

/** Says that the server is away, as long as it is. */
export function ConnectionBanner(): React.ReactNode {
  const { t } = useTranslation();
  const lost = useSignal(connection.isLost);
  return (
    <div role="status" style={{ position: 'sticky', top: 0, zIndex: 400 }}>
      {lost && (
        <Group gap="sm" justify="center" px="md" py={8} wrap="nowrap" style={{ background: '#7a4b00', color: '#fff' }}>
          <Loader size={14} color="#fff" aria-hidden />
          <Text size="sm">{t('app.offline')}</Text>
        </Group>
      )}
    </div>
  );
}
