import type { LucideIcon } from 'lucide-react';

/** Something that the palette leads to, or does. */
export interface Entry {
  id: string;
  label: string;
  description?: string | undefined;
  icon: LucideIcon;
  run: () => void;
}

export interface EntryGroup {
  title: string;
  entries: readonly Entry[];
}

/** Whether each word of a search begins a word of the entry, or stands within one, in any case. */
export function matches(search: string, { label, description = '' }: Pick<Entry, 'label' | 'description'>): boolean {
  const text = `${label} ${description}`.toLocaleLowerCase();
  return search
    .toLocaleLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
