import { useTranslation } from 'react-i18next';
import type { MemberView } from '../../generated/api';
import { answer, api } from '../api/client';
import { organizationKey } from '../api/queries';
import { nameOf } from '../components/person';
import { type Choice, FoundSelect, type FoundSelectProps } from './found-select';

interface Props extends Omit<FoundSelectProps<MemberView>, 'listKey' | 'find' | 'load' | 'choiceOf'> {
  organizationId: number;
  /** Leaves out service accounts. */
  peopleOnly?: boolean;
}

/** Chooses a member by name or address, or a service account; the value is the id of the user, as text. */
export function MemberSelect({ organizationId, peopleOnly = false, ...rest }: Props): React.ReactNode {
  const { t } = useTranslation();
  return (
    <FoundSelect
      placeholder={t('show.member.choose')}
      nothingFoundMessage={t('show.member.none')}
      clearable
      {...rest}
      listKey={organizationKey(organizationId, 'members', peopleOnly)}
      find={(search) => membersWith(organizationId, search, !peopleOnly)}
      load={(userId) => memberWith(organizationId, Number(userId))}
      choiceOf={choiceOf}
    />
  );
}

async function membersWith(organizationId: number, search: string, serviceAccounts: boolean): Promise<MemberView[]> {
  const query = { size: 20, sort: 'email', search: search || undefined, serviceAccounts } as const;
  const params = { path: { organizationId }, query };
  return (await answer(api.GET('/api/v1/organizations/{organizationId}/members', { params }))).content;
}

function choiceOf(member: MemberView): Choice {
  const name = nameOf(member);
  return { value: String(member.userId), label: name === member.email ? name : `${name} (${member.email})` };
}

function memberWith(organizationId: number, userId: number): Promise<MemberView> {
  const path = { organizationId, userId };
  return answer(api.GET('/api/v1/organizations/{organizationId}/members/{userId}', { params: { path } }));
}
