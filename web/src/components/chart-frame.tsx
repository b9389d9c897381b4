import { Box, VisuallyHidden } from '@mantine/core';
import { useEffect, useRef, type ReactNode } from 'react';

interface Props {
  /** What there is to see, for those who hear it. */
  summary: string;
  children: ReactNode;
}

/** A chart. */
export function ChartFrame({ summary, children }: Props): ReactNode {
  const drawn = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = drawn.current;
    if (!element) return undefined;
    // Recharts puts parts of a chart into groups by React's portals, which listen for focus, and whatever listens for it in an SVG,
    // the keyboard stops at in Chromium, though there is nothing.
    const passOver = (): void => {
      for (const group of element.querySelectorAll('g:not([tabindex])')) group.setAttribute('tabindex', '-1');
    };
    passOver();
    const observer = new MutationObserver(passOver);
    observer.observe(element, { childList: true, subtree: true });
    return () => observer.disconnect();
  }, []);
  return (
    <Box>
      <VisuallyHidden>{summary}</VisuallyHidden>
      <Box aria-hidden ref={drawn}>
        {children}
      </Box>
    </Box>
  );
}
