import { Checkbox } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OnlineLicenseView } from '../../generated/api';
import { answer, api } from '../api/client';
import { refreshOrganization } from '../api/queries';
import { Confirm } from '../components/confirm';
import { fullTime } from '../components/time/full-time';

interface Props {
  organizationId: number;
  leases: readonly OnlineLicenseView[];
  onDone?: () => void;
  onClose: () => void;
}

/**
 * Ends sessions, on request for good: a client that has lost its seat asks for the next one. A session that has ended meanwhile is over
 * all the same.
 */
export function Terminate({ organizationId, leases, onDone, onClose }: Props): React.ReactNode {
  const { t } = useTranslation();
  const [deny, setDeny] = useState(false);
  const { title, text, done, denyLabel, denyText } = useTexts(leases, deny);
  return (
    <Confirm
      title={title}
      text={text}
      action={t('dashboard.holders.terminate')}
      danger
      done={done}
      run={async () => {
        if (leases.length > 0) await end(organizationId, leases, deny);
        onDone?.();
        await refreshOrganization(organizationId, ['online-licenses', 'licenses', 'machines']);
      }}
      onClose={onClose}
    >
      <Checkbox
        label={denyLabel}
        description={denyText}
        checked={deny}
        onChange={({ currentTarget }) => setDeny(currentTarget.checked)}
      />
    </Confirm>
  );
}

async function end(organizationId: number, leases: readonly OnlineLicenseView[], deny: boolean): Promise<void> {
  await answer(
    api.POST('/api/v1/organizations/{organizationId}/online-licenses/terminate', {
      params: { path: { organizationId } },
      body: { leaseIds: leases.map(({ id }) => id), deny },
    }),
  );
}

type TerminateTexts = Record<'title' | 'text' | 'done' | 'denyLabel' | 'denyText', string>;

/** Of a single session, the dialog says what becomes of its seat. */
function useTexts(leases: readonly OnlineLicenseView[], deny: boolean): TerminateTexts {
  const { t } = useTranslation();
  const [lease, ...others] = leases;
  if (!lease || others.length > 0) {
    const count = leases.length;
    return {
      title: t('dashboard.terminate.titleOfMany', { count }),
      text: t('dashboard.terminate.textOfMany'),
      done: t('dashboard.terminate.doneMany', { count }),
      denyLabel: t('dashboard.terminate.denyMany'),
      denyText: t(deny ? 'dashboard.terminate.deniedMany' : 'dashboard.terminate.notDenied'),
    };
  }
  const { email, product, model, hostname, machineId, borrowedUntil } = lease;
  const machine = hostname ?? machineId;
  const whatBecomes = borrowedUntil
    ? t('dashboard.terminate.borrowed', { date: fullTime(borrowedUntil) })
    : t(`dashboard.terminate.seat.${model}`);
  return {
    title: t('dashboard.terminate.title'),
    text: `${t('dashboard.terminate.text', { email, product: t(`app.productName.${product}`), machine })} ${whatBecomes}`,
    done: t(deny ? 'dashboard.terminate.doneDenied' : 'dashboard.terminate.done', { email, machineId }),
    denyLabel: t('dashboard.terminate.deny'),
    denyText: t(deny ? 'dashboard.terminate.denied' : 'dashboard.terminate.notDenied', { machineId }),
  };
}
