import { Anchor, Badge, Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Activity, BookOpen, type LucideIcon } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { serverRoot } from '../../api/client';
import { infoQuery } from '../../api/queries';
import { CopyButton } from '../../components/copy-button';
import { AsyncContent } from '../../components/async-content';
import { PageHeader } from '../../components/layout/page-header';
import { Section } from '../../components/layout/section';
import { Time } from '../../components/time/time';
import { BackupSection } from './backup-section';
import { CertificatesSection } from './certificates-section';
import { ClientConversation } from './client-conversation';
import { ClockSection } from './clock-section';
import { ServerSettingsForm } from '../server-settings-form';
import { SiteIdentity } from '../site-identity';
import { StorageSection } from './storage-section';

interface Health {
  live: boolean;
  ready: boolean;
  /** Milliseconds that the answer took, the database's with it. */
  millis: number;
  at: string;
}

/** Whether the server is well, and what its administrator decides about it. */
export function SystemPage(): React.ReactNode {
  const { t } = useTranslation();
  return (
    <>
      <PageHeader title={t('administration.system.title')} />
      <Stack gap="lg">
        <HealthSection />
        <BackupSection />
        <StorageSection />
        <CertificatesSection />
        <ClockSection />
        <AboutSection />
        <ClientConversation />
        <SiteIdentity />
        <Section title={t('administration.system.settings')}>
          <ServerSettingsForm />
        </Section>
        <Text size="sm" c="dimmed">
          {t('administration.system.more')}{' '}
          <Anchor href={`${serverRoot}/reference`}>{t('administration.system.api')}</Anchor>
        </Text>
      </Stack>
    </>
  );
}

function HealthSection(): React.ReactNode {
  const { t } = useTranslation();
  const health = useQuery({
    queryKey: ['health'],
    queryFn: look,
    refetchInterval: 15_000,
    staleTime: 0,
  });
  return (
    <Section
      title={t('administration.system.health')}
      actions={
        <Group gap="sm">
          <ServerLink path="metrics" icon={Activity} label={t('administration.system.metrics')} />
          <ServerLink path="reference" icon={BookOpen} label={t('administration.system.api')} />
        </Group>
      }
    >
      <AsyncContent query={health} height={80}>
        {({ live, ready, millis, at }) => (
          <Stack gap="xs">
            <State name={t('administration.system.process')} good={live} />
            <State name={t('administration.system.database')} good={ready} />
            <Text size="sm" c="dimmed">
              {t('administration.system.answered', { millis })} <Time value={at} />
            </Text>
          </Stack>
        )}
      </AsyncContent>
    </Section>
  );
}

interface ServerLinkProps {
  path: string;
  icon: LucideIcon;
  label: string;
}

/** A page of the server itself, beside the console. */
function ServerLink({ path, icon: Icon, label }: ServerLinkProps): React.ReactNode {
  return (
    <Button
      component="a"
      href={`${serverRoot}/${path}`}
      target="_blank"
      rel="noreferrer"
      variant="default"
      leftSection={<Icon size={16} aria-hidden />}
    >
      {label}
    </Button>
  );
}

function AboutSection(): React.ReactNode {
  const { t } = useTranslation();
  const info = useQuery(infoQuery);
  return (
    <Section title={t('administration.system.about')}>
      <AsyncContent query={info} height={120}>
        {({ version, serverId, serverUrl }) => (
          <Stack gap="xs" component="dl" m={0}>
            <Fact name={t('administration.system.version')} value={version} />
            <Fact name={t('administration.system.serverUrl')} value={serverUrl} copy />
            <Fact name={t('administration.licenses.serverId')} value={serverId} copy />
          </Stack>
        )}
      </AsyncContent>
    </Section>
  );
}

async function look(): Promise<Health> {
  const ask = (path: string): Promise<boolean> =>
    fetch(`${serverRoot}/health/${path}`).then(
      ({ ok }) => ok,
      () => false,
    );
  const begin = performance.now();
  const ready = await ask('ready');
  const millis = Math.round(performance.now() - begin);
  return { live: await ask('live'), ready, millis, at: new Date().toISOString() };
}

function State({ name, good }: { name: string; good: boolean }): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Group gap="sm">
      <Text miw={200}>{name}</Text>
      <Badge color={good ? 'pine' : 'red'}>
        {good ? t('administration.system.good') : t('administration.system.bad')}
      </Badge>
    </Group>
  );
}

function Fact({ name, value, copy = false }: { name: string; value: string; copy?: boolean }): React.ReactNode {
  return (
    <Group gap="xs" wrap="wrap">
      <Text component="dt" c="dimmed" miw={200}>
        {name}
      </Text>
      <Group component="dd" m={0} gap={4} wrap="nowrap" miw={0}>
        <Text className="break numbers">{value}</Text>
        {copy && <CopyButton value={value} />}
      </Group>
    </Group>
  );
}
