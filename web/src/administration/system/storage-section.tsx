import { Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { answer, api } from '../../api/client';
import { AsyncContent } from '../../components/async-content';
import { bytesOf } from '../../components/bytes';
import { Section } from '../../components/layout/section';
import { Time } from '../../components/time/time';

/** How large what is, how fast it grows, and when the disk is full. */
export function StorageSection(): React.ReactNode {
  const { t, i18n } = useTranslation();
  const query = useQuery({ queryKey: ['server-storage'], queryFn: () => answer(api.GET('/api/v1/server-storage')) });
  const size = (bytes: number): string => bytesOf(bytes, i18n.language);
  return (
    <Section title={t('administration.system.storage.title')}>
      <AsyncContent query={query} height={220}>
        {({ databaseBytes, parts, dataFolderBytes, archiveBytes, freeBytes, growthPerDay, fullOn }) => (
          <Stack gap="xs" component="dl" m={0}>
            <Size name={t('administration.system.storage.database')} value={size(databaseBytes)} />
            {parts.map(({ name, bytes }) => (
              <Size key={name} name={t(`administration.system.storage.${name}`)} value={size(bytes)} isPart />
            ))}
            <Size name={t('administration.system.storage.dataFolder')} value={size(dataFolderBytes)} />
            <Size name={t('administration.system.storage.archives')} value={size(archiveBytes)} />
            <Size name={t('administration.system.storage.free')} value={size(freeBytes)} />
            <Size
              name={t('administration.system.storage.growth')}
              value={growthPerDay === null ? t('administration.system.storage.unknown') : size(growthPerDay)}
            />
            {fullOn && (
              <Text size="sm">
                {t('administration.system.storage.full')} <Time value={fullOn} as="date" />
              </Text>
            )}
          </Stack>
        )}
      </AsyncContent>
    </Section>
  );
}

interface SizeProps {
  name: string;
  value: string;
  isPart?: boolean;
}

function Size({ name, value, isPart = false }: SizeProps): React.ReactNode {
  return (
    <Group gap="xs" wrap="wrap">
      <Text component="dt" c="dimmed" miw={200} pl={isPart ? 'md' : 0} size={isPart ? 'sm' : undefined}>
        {name}
      </Text>
      <Text component="dd" m={0} className="numbers" size={isPart ? 'sm' : undefined}>
        {value}
      </Text>
    </Group>
  );
}
