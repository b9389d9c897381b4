import { Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Building2, PackageOpen } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AllocationView, OrganizationView } from '../../../generated/api';
import { answer, api } from '../../api/client';
import { EmptyState } from '../../components/layout/empty-state';
import { PlainTable } from '../../table/plain-table';
import type { Column } from '../../table/column';
import { ServerTable } from '../../table/server-table';
import { Allocate } from './allocate';
import { allocationsQuery } from './allocations-query';
import { RowButton } from '../../table/row-button';

interface Pool {
  name: string;
  granted: number;
  allocated: number;
  left: number;
}

/** Seats that are granted, and what of them each organization has. */
export function Allocations(): React.ReactNode {
  const { t } = useTranslation();
  const [changing, setChanging] = useState<OrganizationView>();
  const granted = useGranted();
  const columns = useShareColumns(granted ?? [], setChanging);
  if (granted?.length === 0) {
    return (
      <EmptyState
        icon={PackageOpen}
        title={t('administration.allocations.nothing')}
        text={t('administration.allocations.nothingText')}
      />
    );
  }
  return (
    <Stack gap="lg">
      {granted && <Pools granted={granted} />}
      <div>
        <ServerTable
          label={t('administration.allocations.title')}
          queryKey={['allocations', 'organizations']}
          polled
          fetchPage={(query) => answer(api.GET('/api/v1/organizations', { params: { query } }))}
          columns={columns}
          rowKey={({ id }) => id}
          defaultSort="name"
          empty={
            <EmptyState
              icon={Building2}
              title={t('administration.organizations.none')}
              text={t('administration.organizations.noneText')}
            />
          }
        />
      </div>
      {changing && <Allocate organization={changing} onClose={() => setChanging(undefined)} />}
    </Stack>
  );
}

/**
 * What the licenses grant, by product and model: every organization knows it, so the first is asked.
 *
 * @returns undefined until it is known, and on a server without organizations
 */
function useGranted(): AllocationView[] | undefined {
  const { data: any } = useQuery({
    queryKey: ['allocations', 'organizations', 'any'],
    queryFn: () => answer(api.GET('/api/v1/organizations', { params: { query: { size: 1, sort: 'id' } } })),
  });
  const firstId = any?.content[0]?.id;
  const { data: first = [] } = useQuery({ ...allocationsQuery(firstId ?? 0), enabled: firstId !== undefined });
  return first.length > 0 ? first.filter((each) => each.granted > 0) : undefined;
}

/** What is granted, and how much of it organizations have. */
function Pools({ granted }: { granted: readonly AllocationView[] }): React.ReactNode {
  const { t } = useTranslation();
  const numbers = usePoolColumns();
  const nameOf = ({ product, model }: AllocationView): string =>
    `${t(`app.productName.${product}`)}, ${t(`app.model.${model}`)}`;
  const pools: Pool[] = granted.map((each) => {
    const allocated = each.allocatedElsewhere + (each.quantity ?? 0);
    return { name: nameOf(each), granted: each.granted, allocated, left: each.granted - allocated };
  });
  if (pools.length === 0) return null;
  return (
    <PlainTable
      label={t('administration.allocations.granted')}
      columns={numbers}
      rows={pools}
      rowKey={({ name }) => name}
    />
  );
}

function usePoolColumns(): Column<Pool>[] {
  const { t } = useTranslation();
  return [
    { key: 'name', title: t('licenses.product'), render: ({ name }) => <Text fw={500}>{name}</Text> },
    ...(['granted', 'allocated', 'left'] as const).map((key) => ({
      key,
      title: t(`administration.allocations.${key}`),
      end: true,
      render: (pool: Pool) => <span className="numbers">{pool[key]}</span>,
    })),
  ];
}

function useShareColumns(
  granted: readonly AllocationView[],
  onChange: (organization: OrganizationView) => void,
): Column<OrganizationView>[] {
  const { t } = useTranslation();
  return [
    {
      key: 'name',
      title: t('administration.organizations.one'),
      sortable: true,
      render: ({ name, id }) => (
        <Stack gap={0}>
          <Text fw={500} className="break">
            {name}
          </Text>
          <Text size="sm" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
            {t('administration.organizations.id')} {id}
          </Text>
        </Stack>
      ),
    },
    ...granted.map((pool): Column<OrganizationView> => ({
      key: `${pool.product} ${pool.model}`,
      title: `${t(`app.productName.${pool.product}`)}\n${t(`app.model.${pool.model}`)}`,
      end: true,
      render: ({ id }) => <Share organizationId={id} pool={pool} />,
    })),
    {
      key: 'actions',
      title: '',
      end: true,
      render: (row) => (
        <RowButton label={t('administration.allocations.changeFor', { name: row.name })} onClick={() => onChange(row)}>
          {t('administration.allocations.change')}
        </RowButton>
      ),
    },
  ];
}

/** What one organization has of one product and model. */
function Share({ organizationId, pool }: { organizationId: number; pool: AllocationView }): React.ReactNode {
  const { t } = useTranslation();
  const { data } = useQuery(allocationsQuery(organizationId));
  const share = data?.find((each) => each.product === pool.product && each.model === pool.model);
  if (!share) return '…';
  return (
    <span className="numbers">
      {share.quota}
      {share.quantity === null && share.quota > 0 && (
        <Text component="span" size="sm" c="dimmed">
          {' '}
          {t('administration.allocations.rest')}
        </Text>
      )}
      {share.withheld > 0 && (
        <Text size="sm" c="dimmed">
          {t('administration.allocations.withheld', { count: share.withheld })}
        </Text>
      )}
    </span>
  );
}
