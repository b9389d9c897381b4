import { useBlocker } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Confirm } from '../show/confirm';

/** Asks before a page is left whose changes are not saved: by a link, the browser's buttons, or by closing it. */
export function LeaveGuard({ unsaved }: { unsaved: boolean }): React.ReactNode {
  const { t } = useTranslation();
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: () => unsaved,
    enableBeforeUnload: unsaved,
    withResolver: true,
  });
  if (status !== 'blocked') return null;
  return (
    <Confirm
      title={t('app.leave.title')}
      text={t('app.leave.text')}
      action={t('app.leave.action')}
      danger
      run={() => {
        proceed();
        return Promise.resolve();
      }}
      onClose={reset}
    />
  );
}
