import { Checkbox } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OnlineLicenseView } from '../../generated/api';
import { answer, api } from '../api/client';
import { refreshOrganization } from '../api/queries';
import { Confirm } from '../components/confirm';
import { fullTime } from '../components/time/full-time';

interface SeveralProps {
  organizationId: number;
  leases: readonly OnlineLicenseView[];
  onDone: () => void;
  onClose: () => void;
}

/** Ends several sessions together. One that has ended meanwhile is over all the same. */
export function TerminateSeveral({ organizationId, leases, onDone, onClose }: SeveralProps): React.ReactNode {
  const { t } = useTranslation();
  const [deny, setDeny] = useState(false);
  const count = leases.length;
  return (
    <Confirm
      title={t('dashboard.terminate.titleOfMany', { count })}
      text={t('dashboard.terminate.textOfMany')}
      action={t('dashboard.holders.terminate')}
      danger
      done={t('dashboard.terminate.doneMany', { count })}
      run={async () => {
        await answer(
          api.POST('/api/v1/organizations/{organizationId}/online-licenses/terminate', {
            params: { path: { organizationId } },
            body: { leaseIds: leases.map(({ id }) => id), deny },
          }),
        );
        onDone();
        await refreshOrganization(organizationId, ['online-licenses', 'licenses']);
      }}
      onClose={onClose}
    >
      <Checkbox
        label={t('dashboard.terminate.denyMany')}
        description={t(deny ? 'dashboard.terminate.deniedMany' : 'dashboard.terminate.notDenied')}
        checked={deny}
        onChange={({ currentTarget }) => setDeny(currentTarget.checked)}
      />
    </Confirm>
  );
}

interface Props {
  organizationId: number;
  lease: OnlineLicenseView;
  onClose: () => void;
}

/** Ends a session, on request for good: a client that has lost its seat asks for the next one. */
export function Terminate({ organizationId, lease, onClose }: Props): React.ReactNode {
  const { t } = useTranslation();
  const [deny, setDeny] = useState(false);
  const { id: leaseId, email, product, model, hostname, machineId, borrowedUntil } = lease;
  const machine = hostname ?? machineId;
  const whatBecomes = borrowedUntil
    ? t('dashboard.terminate.borrowed', { date: fullTime(borrowedUntil) })
    : t(`dashboard.terminate.seat.${model}`);
  return (
    <Confirm
      title={t('dashboard.terminate.title')}
      text={`${t('dashboard.terminate.text', { email, product: t(`app.productName.${product}`), machine })} ${whatBecomes}`}
      action={t('dashboard.holders.terminate')}
      danger
      done={t(deny ? 'dashboard.terminate.doneDenied' : 'dashboard.terminate.done', { email, machineId })}
      run={async () => {
        await answer(
          api.DELETE('/api/v1/organizations/{organizationId}/online-licenses/{leaseId}', {
            params: { path: { organizationId, leaseId }, query: { deny: deny ? 'true' : undefined } },
          }),
        );
        await refreshOrganization(organizationId, ['online-licenses', 'licenses']);
      }}
      onClose={onClose}
    >
      <Checkbox
        label={t('dashboard.terminate.deny')}
        description={t(deny ? 'dashboard.terminate.denied' : 'dashboard.terminate.notDenied', { machineId })}
        checked={deny}
        onChange={({ currentTarget }) => setDeny(currentTarget.checked)}
      />
    </Confirm>
  );
}
