import type { MeView } from '../../generated/api';

const storageKey = 'license-server-organization';

/** The organization last opened in this browser. */
export const lastOrganization = {
  of(me: MeView): number | undefined {
    const last = Number(localStorage.getItem(storageKey));
    if (last > 0 && (me.root || me.organizations.some(({ id }) => id === last))) return last;
    return me.organizations[0]?.id;
  },
  set(id: number): void {
    localStorage.setItem(storageKey, String(id));
  },
  /** It is gone. */
  forget(): void {
    localStorage.removeItem(storageKey);
  },
};
