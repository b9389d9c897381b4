import { useEffect } from 'react';

export type Tool = 'palette' | 'keys';

/**
 * Ctrl or ⌘ with K, and `/` open the palette, `?` the help on keys; the last two not while something is typed or asked. By what a
 * key writes: on a German keyboard `/` and `?` take Shift.
 */
export function useShortcuts(open: (tool: Tool) => void): void {
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const tool = toolOf(event);
      if (!tool) return;
      event.preventDefault();
      open(tool);
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [open]);
}

function toolOf({ key, ctrlKey, metaKey, altKey, target }: KeyboardEvent): Tool | undefined {
  if ((ctrlKey || metaKey) && !altKey) return key.toLowerCase() === 'k' ? 'palette' : undefined;
  if (altKey || (target as Element).closest('input, textarea, select, [contenteditable], [role=dialog]'))
    return undefined;
  return key === '/' ? 'palette' : key === '?' ? 'keys' : undefined;
}
