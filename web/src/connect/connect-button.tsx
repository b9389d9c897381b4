import { Alert, Anchor, Button, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { KeyRound, Plug, TriangleAlert } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { infoQuery } from '../api/queries';
import { useMe, useOrganization } from '../app/use-me';
import { NewKeyDialog } from '../profile/new-key-dialog';
import { CopyLine } from '../components/copy-line';
import { ClientLines } from './client-lines';
import { Dialog } from '../components/dialog';

/** Opens what a client has to know to take a seat of this organization. */
export function ConnectButton({ primary = false }: { primary?: boolean }): ReactNode {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  return (
    <>
      <Button
        variant={primary ? 'light' : 'default'}
        leftSection={<Plug size={16} aria-hidden />}
        onClick={() => setOpened(true)}
      >
        {t('connect.open')}
      </Button>
      {opened && <ConnectDialog onClose={() => setOpened(false)} />}
    </>
  );
}

/** Whether an address leads every client to itself. */
function isOfThisMachine(url: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(new URL(url).hostname);
}

function ConnectDialog({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useTranslation();
  const { id } = useOrganization();
  const [creating, setCreating] = useState(false);
  const [apiKey, setApiKey] = useState<string>();
  return (
    <Dialog
      onClose={onClose}
      // A click beside it would take the key away, which is shown this once.
      closeOnClickOutside={!apiKey}
      size="lg"
      title={t('connect.title')}
    >
      <Stack gap="lg">
        <StudioSection />
        <Stack component="section" gap="sm" align="stretch">
          <Title order={3}>{t('connect.engine')}</Title>
          <Text>{t('connect.engineText')}</Text>
          <ServiceAccountHint onClose={onClose} />
          {apiKey ? (
            <Alert color="yellow" icon={<KeyRound size={18} aria-hidden />} role="status">
              {t('profile.keys.once')}
            </Alert>
          ) : (
            <div>
              <Button
                variant="light"
                leftSection={<KeyRound size={16} aria-hidden />}
                onClick={() => setCreating(true)}
              >
                {t('profile.keys.create')}
              </Button>
            </div>
          )}
          <ClientLines organizationId={id} apiKey={apiKey} />
        </Stack>
      </Stack>
      {creating && (
        <NewKeyDialog
          onCreated={({ key }) => {
            setCreating(false);
            setApiKey(key);
          }}
          onClose={() => setCreating(false)}
        />
      )}
    </Dialog>
  );
}

/** Pipelines do better with an account of their own. */
function ServiceAccountHint({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useTranslation();
  const { id, may } = useOrganization();
  return (
    <Text size="sm" c="dimmed">
      {t('connect.service')}{' '}
      {may('member.manage') && (
        <Anchor
          component={Link}
          to="/organizations/$organizationId/users"
          params={{ organizationId: String(id) } as never}
          search={{ tab: 'service-accounts' } as never}
          onClick={onClose}
          inherit
        >
          {t('connect.serviceAccounts')}
        </Anchor>
      )}
    </Text>
  );
}

/** What Studio asks for when it is activated. */
function StudioSection(): ReactNode {
  const { t } = useTranslation();
  const { email } = useMe();
  const { data: info } = useQuery(infoQuery);
  return (
    <Stack component="section" gap="sm">
      <Title order={3}>{t('connect.studio')}</Title>
      <Text>{t('connect.studioText')}</Text>
      <CopyLine label={t('connect.serverUrl')} value={info?.serverUrl ?? ''} />
      {info && isOfThisMachine(info.serverUrl) && (
        <Alert color="yellow" icon={<TriangleAlert size={18} aria-hidden />}>
          {t('connect.onlyHere')}
        </Alert>
      )}
      <CopyLine label={t('connect.email')} value={email} />
      <Text size="sm" c="dimmed">
        {t('connect.password')}{' '}
        <Anchor component={Link} to="/profile" inherit>
          {t('connect.clientPassword')}
        </Anchor>
      </Text>
    </Stack>
  );
}
