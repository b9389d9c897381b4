/** The command palette, and help on keys. */
export const palette = {
  title: 'Search everything',
  placeholder: 'Find a page, person, machine, setting …',
  nothing: 'Nothing matches “{{search}}”',
  pages: 'Pages and settings',
  actions: 'Actions',
  people: 'People',
  machines: 'Machines',
  sessions: 'Sessions',
  accounts: 'Accounts',
  organizations: 'Organizations',
  light: 'Light appearance',
  dark: 'Dark appearance',
  help: {
    title: 'Keyboard shortcuts',
    palette: 'Search everything',
    keys: 'Show these shortcuts',
    close: 'Close a dialog or menu',
    space: 'Space',
    select: 'Select a row',
    range: 'Select all rows up to here',
  },
} as const;
