import { useBlocker } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Confirm } from '../show/confirm';

/** Asks before a page is left whose changes are not saved: by a link, the browser's buttons, or by closing it. */
export function LeaveGuard({ unsaved }: { unsaved: boolean }): React.ReactNode {
  const { t } = useTranslation();
  const { status, proceed, reset } = useBlocker({
    // What stands behind the question mark is of the same page.
    shouldBlockFn: ({ current, next }) => unsaved && current.pathname !== next.pathname,
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
