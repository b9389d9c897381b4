import { Button, Tabs } from '@mantine/core';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { FileSpreadsheet, UserPlus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useOrganization } from '../app/use-me';
import { PageHeader } from '../components/layout/page-header';
import { ActiveUsers } from './active-users';
import { Invitations } from './invitations';
import { InviteDialog } from './invite-dialog';
import { RemovedUsers } from './removed-users';
import { ServiceAccounts } from './service-accounts';
import { SavedViews } from '../views/saved-views';

const route = getRouteApi('/shell/organizations/$organizationId/users');

/** Who is in the organization, who is invited, who has left. */
export function UsersPage(): React.ReactNode {
  const { t } = useTranslation();
  const { id: organizationId, may } = useOrganization();
  const { tab = 'active' } = route.useSearch();
  const navigate = useNavigate();
  const mayInvite = may('invitation.manage');
  const { inviting, invite, close } = useInviting();
  return (
    <>
      <PageHeader title={t('users.title')}>
        <SavedViews />
        {may('member.manage') && <PeopleFileLink organizationId={organizationId} />}
        {mayInvite && (
          <Button leftSection={<UserPlus size={16} aria-hidden />} onClick={invite}>
            {t('users.invite.open')}
          </Button>
        )}
      </PageHeader>
      <Tabs
        value={tab}
        onChange={(value) =>
          void navigate({ to: '.', search: value === 'active' ? {} : { tab: value }, replace: true } as never)
        }
      >
        <Tabs.List mb="lg">
          <Tabs.Tab value="active">{t('users.active.tab')}</Tabs.Tab>
          {mayInvite && <Tabs.Tab value="invitations">{t('users.invitations.tab')}</Tabs.Tab>}
          {may('member.manage') && <Tabs.Tab value="service-accounts">{t('users.service.tab')}</Tabs.Tab>}
          <Tabs.Tab value="removed">{t('users.removed.tab')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="active">
          <ActiveUsers onInvite={mayInvite ? invite : undefined} />
        </Tabs.Panel>
        {mayInvite && (
          <Tabs.Panel value="invitations">
            <Invitations onInvite={invite} />
          </Tabs.Panel>
        )}
        <Tabs.Panel value="service-accounts">{may('member.manage') && <ServiceAccounts />}</Tabs.Panel>
        <Tabs.Panel value="removed">
          <RemovedUsers />
        </Tabs.Panel>
      </Tabs>
      {mayInvite && inviting && <InviteDialog onClose={close} />}
    </>
  );
}

function PeopleFileLink({ organizationId }: { organizationId: number }): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Button
      variant="default"
      leftSection={<FileSpreadsheet size={16} aria-hidden />}
      renderRoot={(props) => (
        <Link {...props} to="/organizations/$organizationId/users/import" params={{ organizationId }} />
      )}
    >
      {t('users.file.open')}
    </Button>
  );
}

/** Whether people are being invited: by the button, or by an address that says so. */
function useInviting(): { inviting: boolean; invite: () => void; close: () => void } {
  const { tab, invite: asked } = route.useSearch();
  const navigate = useNavigate();
  const [inviting, setInviting] = useState(false);
  return {
    inviting: inviting || asked === true,
    invite: () => setInviting(true),
    close: () => {
      setInviting(false);
      if (asked) void navigate({ to: '.', search: { tab }, replace: true } as never);
    },
  };
}
