import { useTranslation } from 'react-i18next';
import type { ItemError, MachineView } from '../../generated/api';
import { answer, api } from '../api/client';
import { refreshOrganization } from '../api/queries';
import { useOrganization } from '../app/use-me';
import { BulkButton } from '../table/bulk-button';
import { BulkConfirm } from '../table/bulk-confirm';
import { errorsOf, inParts } from '../table/bulk-results';

type Act = 'deny' | 'allow' | 'remove';

/** Something that is to be done to several machines. */
export interface MachinesBulk {
  act: Act;
  machines: MachineView[];
  done: () => void;
}

/** What can be done with the selected machines. */
export function MachineBulkButtons({ onAct }: { onAct: (act: Act) => void }): React.ReactNode {
  const { t } = useTranslation();
  const { may } = useOrganization();
  const decides = may('license-policy.manage');
  return (
    <>
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
