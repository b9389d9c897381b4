const storageKey = 'license-server-closed-groups';

function read(): string[] {
  return (localStorage.getItem(storageKey) ?? '').split(' ').filter(Boolean);
}

/** The groups of the menu that the reader has closed in this browser. */
export const closedGroups = {
  has: (key: string): boolean => read().includes(key),
  set(key: string, closed: boolean): void {
    const others = read().filter((each) => each !== key);
    localStorage.setItem(storageKey, [...others, ...(closed ? [key] : [])].join(' '));
  },
};
