import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { ItemError, MachineView, OnlineLicenseView } from '../../generated/api';
import { answer, api } from '../api/client';
import { refreshOrganization } from '../api/queries';
import { useOrganization } from '../app/use-me';
import { AsyncContent } from '../components/async-content';
import { Terminate } from '../seats/terminate';
import { BulkButton } from '../table/bulk-button';
import { BulkConfirm } from '../table/bulk-confirm';
import { errorsOf, inParts } from '../table/bulk-results';

/** The most sessions that the server lists at once. */
const pageSize = 500;

type Act = 'terminate' | 'deny' | 'allow' | 'remove';

/** Something that is to be done to several machines. */
export interface MachinesBulk {
  act: Act;
  machines: MachineView[];
  done: () => void;
}

interface ButtonsProps {
  machines: readonly MachineView[];
  onAct: (act: Act) => void;
}

/** What can be done with the selected machines. */
export function MachineBulkButtons({ machines, onAct }: ButtonsProps): React.ReactNode {
  const { t } = useTranslation();
  const { may } = useOrganization();
  const decides = may('license-policy.manage');
  return (
    <>
      {may('online-license.terminate') && machines.some(({ online }) => online) && (
        <BulkButton danger onClick={() => onAct('terminate')}>
          {t('dashboard.holders.terminate')}
        </BulkButton>
      )}
      {decides && <BulkButton onClick={() => onAct('allow')}>{t('show.bulk.allow.action')}</BulkButton>}
      {decides && (
        <BulkButton danger onClick={() => onAct('deny')}>
          {t('show.bulk.deny.action')}
        </BulkButton>
      )}
      <BulkButton danger onClick={() => onAct('remove')}>
        {t('licenses.machines.remove')}
      </BulkButton>
    </>
  );
}

/** Asks before several machines are denied their seats, allowed them again, or removed. */
export function MachinesBulkDialog(props: MachinesBulk & { onClose: () => void }): React.ReactNode {
  const { act, machines, done, onClose } = props;
  const { t } = useTranslation();
  const { id: organizationId } = useOrganization();
  const common = {
    ...{ rows: machines, onDone: done, onClose },
    nameOf: ({ hostname, machineId }: MachineView) => hostname ?? machineId,
  };
  const count = new Set(machines.map(idOf)).size;
  if (act === 'terminate') return <TerminateOnMachines machines={machines} done={done} onClose={onClose} />;
  if (act === 'remove') {
    return (
      <BulkConfirm
        {...common}
        title={t('show.bulk.removeMachines.title', { count })}
        text={t('show.bulk.removeMachines.text')}
        action={t('licenses.machines.remove')}
        danger
        run={() => remove(organizationId, machines)}
      />
    );
  }
  const denied = act === 'deny';
  return (
    <BulkConfirm
      {...common}
      title={t(`show.bulk.${act}.title`, { count })}
      text={t(`show.bulk.${act}.text`)}
      action={t(`show.bulk.${act}.action`)}
      danger={denied}
      run={() => setDenied(organizationId, machines, denied)}
      undo={(changed) =>
        setDenied(
          organizationId,
          changed.filter((machine) => machine.denied !== denied),
          !denied,
        )
      }
    />
  );
}

interface TerminateProps {
  machines: readonly MachineView[];
  done: () => void;
  onClose: () => void;
}

/** Ends the sessions on the seats for which the machines are registered. */
function TerminateOnMachines({ machines, done, onClose }: TerminateProps): React.ReactNode {
  const { id: organizationId } = useOrganization();
  const sessions = useQuery({
    // Those that were there when the dialog was opened: news of their end, which come before it is closed, change nothing in it.
    queryKey: ['sessions-to-end', organizationId, machines.map(idOf)],
    queryFn: () => sessionsOn(organizationId, machines),
    staleTime: Infinity,
    gcTime: 0,
  });
  return (
    <AsyncContent query={sessions} height={0}>
      {(leases) => <Terminate organizationId={organizationId} leases={leases} onDone={done} onClose={onClose} />}
    </AsyncContent>
  );
}

/** The server finds the sessions of one machine; those of several are found here. */
async function sessionsOn(organizationId: number, machines: readonly MachineView[]): Promise<OnlineLicenseView[]> {
  const [machine] = machines;
  const machineId = machines.length === 1 ? machine?.machineId : undefined;
  const found: OnlineLicenseView[] = [];
  for (let page = 0; ; page++) {
    const { content } = await answer(
      api.GET('/api/v1/organizations/{organizationId}/online-licenses', {
        params: { path: { organizationId }, query: { page, size: pageSize, machineId } },
      }),
    );
    found.push(...content.filter((lease) => machines.some((each) => isOn(lease, each))));
    if (content.length < pageSize) return found;
  }
}

function isOn(lease: OnlineLicenseView, { machineId, product, model }: MachineView): boolean {
  const { fingerprint, machineId: reported } = lease;
  return (fingerprint ?? reported) === machineId && lease.product === product && lease.model === model;
}

async function setDenied(
  organizationId: number,
  machines: readonly MachineView[],
  denied: boolean,
): Promise<(ItemError | null)[]> {
  const results = await inParts(machines.map(idOf), (machineIds) =>
    answer(
      api.POST('/api/v1/organizations/{organizationId}/license-policy/denied-machines', {
        params: { path: { organizationId } },
        body: { machineIds, denied },
      }),
    ),
  );
  await refreshOrganization(organizationId, ['machines', 'online-licenses', 'licenses', 'organization']);
  return errorsOf(machines, idOf, results, idOf);
}

async function remove(organizationId: number, machines: readonly MachineView[]): Promise<(ItemError | null)[]> {
  const results = await inParts(machines.map(idOf), (machineIds) =>
    answer(
      api.POST('/api/v1/organizations/{organizationId}/machines/remove', {
        params: { path: { organizationId } },
        body: { machineIds },
      }),
    ),
  );
  await refreshOrganization(organizationId, ['machines', 'online-licenses', 'licenses']);
  return errorsOf(machines, idOf, results, idOf);
}

function idOf({ machineId }: { machineId: string }): string {
  return machineId;
}
