import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { answer, api } from '../api/client';
import { organizationKey } from '../api/queries';
import { nameOf } from '../components/person';
import type { SeatRule } from './seat-rule';

/** Names that the browser can choose among; beyond them, one goes by the number. */
const maxNames = 500;

/** Teams or members, as a field shows them. */
export interface HolderGroup {
  group: string;
  items: ({ value: string; label: string } | string)[];
}

/** The teams, members and service accounts that a rule can be for, and those of the rules that are not among them. */
export function useSeatHolders(organizationId: number, rules: readonly SeatRule[]): HolderGroup[] {
  const { t } = useTranslation();
  const { data: members } = useQuery({
    queryKey: organizationKey(organizationId, 'members', 'all'),
    queryFn: () =>
      answer(
        api.GET('/api/v1/organizations/{organizationId}/members', {
          params: { path: { organizationId }, query: { size: maxNames, sort: 'email', serviceAccounts: true } },
        }),
      ),
  });
  const { data: teams } = useQuery({
    queryKey: organizationKey(organizationId, 'teams', 'all'),
    queryFn: () =>
      answer(
        api.GET('/api/v1/organizations/{organizationId}/teams', {
          params: { path: { organizationId }, query: { size: maxNames } },
        }),
      ),
  });
  const groups = [
    {
      group: t('policies.reservations.teams'),
      items: (teams?.content ?? []).map(({ id, name }) => ({ value: `team ${id}`, label: name })),
    },
    {
      group: t('policies.reservations.members'),
      items: (members?.content ?? []).map((member) => ({
        value: `user ${member.userId}`,
        label: nameOf(member) === member.email ? member.email : `${nameOf(member)} (${member.email})`,
      })),
    },
  ];
  const known = new Set(groups.flatMap(({ items }) => items.map((item) => item.value)));
  const unknown = rules.flatMap(({ holder }) => (holder !== null && !known.has(holder) ? [holder] : []));
  return [
    ...groups.filter(({ items }) => items.length > 0),
    ...(unknown.length > 0 ? [{ group: '…', items: [...new Set(unknown)] }] : []),
  ];
}
