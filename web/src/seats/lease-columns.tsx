import { Text } from '@mantine/core';
import type { ParseKeys } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { OnlineLicenseView } from '../../generated/api';
import { MachineLink } from '../app/subject-link';
import { Time } from '../components/time/time';
import type { Column } from '../table/column';

/** What a list of sessions says of each: the seat, the machine, and its times. */
export function useLeaseColumns(): Column<OnlineLicenseView>[] {
  const { t } = useTranslation();
  const timeColumn = (
    key: 'startedAt' | 'expiresAt' | 'borrowedUntil',
    title: ParseKeys,
  ): Column<OnlineLicenseView> => ({
    ...{ key, title: t(title), sortable: true },
    render: (row) => (row[key] === null ? '–' : <Time value={row[key]} />),
  });
  return [
    { key: 'product', title: t('dashboard.holders.product'), sortable: true, render: (row) => <Seat {...row} /> },
    { key: 'hostname', title: t('dashboard.holders.machine'), render: (row) => <Machine {...row} /> },
    timeColumn('startedAt', 'dashboard.holders.since'),
    timeColumn('expiresAt', 'dashboard.holders.until'),
    timeColumn('borrowedUntil', 'dashboard.holders.borrowedUntil'),
  ];
}

function Seat({ product, model }: OnlineLicenseView): React.ReactNode {
  const { t } = useTranslation();
  return (
    <div>
      {t(`app.productName.${product}`)}
      <Text size="sm" c="dimmed">
        {t(`app.model.${model}`)}
      </Text>
    </div>
  );
}

function Machine({ hostname, machineId }: OnlineLicenseView): React.ReactNode {
  return (
    <Text size="sm" className="break" title={machineId}>
      <MachineLink machineId={machineId}>{hostname ?? machineId}</MachineLink>
    </Text>
  );
}
