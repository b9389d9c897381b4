import { useBlocker } from '@tanstack/react-router';
import { LeaveQuestion } from './leave-question';

/** Asks before a page is left whose changes are not saved: by a link, the browser's buttons, or by closing it. */
export function LeaveGuard({ unsaved }: { unsaved: boolean }): React.ReactNode {
  const { status, proceed, reset } = useBlocker({
    // What stands behind the question mark is of the same page.
    shouldBlockFn: ({ current, next }) => unsaved && current.pathname !== next.pathname,
    enableBeforeUnload: unsaved,
    withResolver: true,
  });
  if (status !== 'blocked') return null;
  return <LeaveQuestion onLeave={proceed} onStay={reset} />;
}
