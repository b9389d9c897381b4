import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ItemError, MemberView } from '../../generated/api';
import { answer, api } from '../api/client';
import { assignableRoles } from '../api/enums';
import { refreshOrganization } from '../api/queries';
import { useOrganization } from '../app/use-me';
import { nameOf } from '../components/person';
import { BulkConfirm } from '../table/bulk-confirm';
import { errorsOf, inParts } from '../table/bulk-results';
import { type AssignableRole, RoleChoice } from './role-dialog';

/** Something that is to be done to several members. */
export interface MembersBulk {
  act: 'role' | 'remove';
  members: MemberView[];
  done: () => void;
}

/** Asks before several members get another role, or are removed. */
export function MembersBulkDialog({ act, ...props }: MembersBulk & { onClose: () => void }): React.ReactNode {
  return act === 'role' ? <ChangeRoles {...props} /> : <RemoveMembers {...props} />;
}

type Props = Omit<MembersBulk, 'act'> & { onClose: () => void };

function ChangeRoles({ members, done, onClose }: Props): React.ReactNode {
  const { t } = useTranslation();
  const { id: organizationId } = useOrganization();
  const [role, setRole] = useState<AssignableRole>('USER');
  return (
    <BulkConfirm
      rows={members}
      nameOf={nameOf}
      title={t('show.bulk.role.title', { count: members.length })}
      text={t('show.bulk.role.text')}
      action={t('users.role.open')}
      run={() => giveRole(organizationId, members, role)}
      undo={async (changed) => {
        const errors: (ItemError | null)[] = [];
        for (const former of assignableRoles) {
          const had = changed.filter((member) => member.role === former && former !== role);
          if (had.length > 0) errors.push(...(await giveRole(organizationId, had, former)));
        }
        return errors;
      }}
      onDone={done}
      onClose={onClose}
    >
      <RoleChoice value={role} onChange={setRole} />
    </BulkConfirm>
  );
}

async function giveRole(
  organizationId: number,
  members: readonly MemberView[],
  role: AssignableRole,
): Promise<(ItemError | null)[]> {
  const results = await inParts(members.map(idOf), (userIds) =>
    answer(
      api.POST('/api/v1/organizations/{organizationId}/members/change-role', {
        params: { path: { organizationId } },
        body: { userIds, role },
      }),
    ),
  );
  await refreshOrganization(organizationId, ['members']);
  return errorsOf(members, idOf, results, idOf);
}

function RemoveMembers({ members, done, onClose }: Props): React.ReactNode {
  const { t } = useTranslation();
  const { id: organizationId, name: organization } = useOrganization();
  return (
    <BulkConfirm
      rows={members}
      nameOf={nameOf}
      title={t('show.bulk.removeMembers.title', { count: members.length })}
      text={t('show.bulk.removeMembers.text', { organization })}
      action={t('users.remove.submit')}
      danger
      run={async () => {
        const results = await inParts(members.map(idOf), (userIds) =>
          answer(
            api.POST('/api/v1/organizations/{organizationId}/members/remove', {
              params: { path: { organizationId } },
              body: { userIds },
            }),
          ),
        );
        await refreshOrganization(organizationId, ['members']);
        return errorsOf(members, idOf, results, idOf);
      }}
      onDone={done}
      onClose={onClose}
    />
  );
}

function idOf({ userId }: { userId: number }): number {
  return userId;
}
