import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { UtilizationGroup } from '../../generated/api';
import { answer, api } from '../api/client';
import { products, seatModels, type usageGroupings } from '../api/enums';
import { organizationKey } from '../api/queries';
import { Time } from '../components/time/time';
import { duration } from '../components/time/time-texts';
import { locale } from '../language';
import type { Column } from '../table/column';
import { ServerTable } from '../table/server-table';
import { NoUse } from './no-use';
import type { utilizationQueryOf } from './utilization-filter';

export type Grouping = (typeof usageGroupings)[number];

interface Props {
  organizationId: number;
  by: Grouping;
  query: ReturnType<typeof utilizationQueryOf>;
}

/** How much each user, team, machine, model or product has used. */
export function UseByGroup({ organizationId, by, query: filter }: Props): React.ReactNode {
  const { t } = useTranslation();
  const columns = useColumns(by);
  return (
    <ServerTable
      label={t(`utilization.list.${by}`)}
      queryKey={organizationKey(organizationId, ['online-licenses', 'teams'], 'use-by-group', by, filter)}
      fetchPage={({ page, size, sort }) =>
        answer(
          api.GET('/api/v1/organizations/{organizationId}/utilization/totals', {
            params: { path: { organizationId }, query: { ...filter, by, page, size, sort } },
          }),
        )
      }
      columns={columns}
      rowKey={({ name }) => name ?? ''}
      defaultSort="seconds,desc"
      searchable={false}
      empty={<NoUse />}
    />
  );
}

function useColumns(by: Grouping): Column<UtilizationGroup>[] {
  const { t, i18n } = useTranslation();
  const number = new Intl.NumberFormat(i18n.language);
  return [
    {
      key: 'name',
      title: t(`utilization.group.${by}`),
      sortable: true,
      render: ({ name }) => <GroupName by={by} name={name} />,
    },
    {
      key: 'sessions',
      title: t('utilization.group.sessions'),
      sortable: true,
      end: true,
      render: ({ sessions }) => <span className="numbers">{number.format(sessions)}</span>,
    },
    {
      key: 'seconds',
      title: t('utilization.group.duration'),
      sortable: true,
      end: true,
      render: ({ seconds }) => <span className="numbers">{duration(seconds * 1000, locale())}</span>,
    },
    {
      key: 'lastStartedAt',
      title: t('utilization.group.last'),
      sortable: true,
      render: ({ lastStartedAt }) => <Time value={lastStartedAt} as="full" />,
    },
  ];
}

function GroupName({ by, name }: { by: Grouping; name: string | null }): React.ReactNode {
  const { t } = useTranslation();
  const product = products.find((each) => each === name);
  const model = seatModels.find((each) => each === name);
  if (name === null) {
    return <Text c="dimmed">{t(by === 'team' ? 'utilization.group.noTeam' : 'utilization.sessions.gone')}</Text>;
  }
  if (by === 'product' && product) return t(`app.productName.${product}`);
  if (by === 'model' && model) return t(`app.model.${model}`);
  return (
    <Text className="break" fw={500}>
      {name}
    </Text>
  );
}
