import { useTranslation } from 'react-i18next';
import type { InvitationView } from '../../generated/api';
import { answer, api } from '../api/client';
import { refreshOrganization } from '../api/queries';
import { useOrganization } from '../app/use-me';
import { BulkButton } from '../table/bulk-button';
import { BulkConfirm } from '../table/bulk-confirm';
import { errorsOf, inParts } from '../table/bulk-results';

/** Something that is to be done to several invitations. */
export interface InvitationsBulk {
  act: 'resend' | 'revoke';
  invitations: InvitationView[];
  done: () => void;
}

const routes = {
  resend: '/api/v1/organizations/{organizationId}/invitations/resend',
  revoke: '/api/v1/organizations/{organizationId}/invitations/revoke',
} as const;

/** What can be done with the selected invitations. */
export function InvitationBulkButtons({ onAct }: { onAct: (act: InvitationsBulk['act']) => void }): React.ReactNode {
  const { t } = useTranslation();
  return (
    <>
      <BulkButton onClick={() => onAct('resend')}>{t('users.invitations.resend')}</BulkButton>
      <BulkButton danger onClick={() => onAct('revoke')}>
        {t('users.invitations.revoke')}
      </BulkButton>
    </>
  );
}

/** Asks before several invitations are sent again, or taken back. */
export function InvitationsBulkDialog(props: InvitationsBulk & { onClose: () => void }): React.ReactNode {
  const { act, invitations, done, onClose } = props;
  const { t } = useTranslation();
  const { id: organizationId } = useOrganization();
  return (
    <BulkConfirm
      rows={invitations}
      nameOf={({ email }) => email}
      title={t(`show.bulk.${act}.title`, { count: invitations.length })}
      text={t(`show.bulk.${act}.text`)}
      action={t(`users.invitations.${act}`)}
      danger={act === 'revoke'}
      run={async () => {
        const ids = invitations.map(({ id }) => id);
        const results = await inParts(ids, (invitationIds) =>
          answer(api.POST(routes[act], { params: { path: { organizationId } }, body: { invitationIds } })),
        );
        await refreshOrganization(organizationId, ['invitations']);
        return errorsOf(
          invitations,
          ({ id }) => id,
          results,
          ({ invitationId }) => invitationId,
        );
      }}
      onDone={done}
      onClose={onClose}
    />
  );
}
