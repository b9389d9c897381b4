/** Pieces that many pages share. */
export const show = {
  member: {
    choose: 'Name or e-mail',
    none: 'No member is called so.',
  },
  clear: 'Clear',
  remove: 'Remove',
  all: 'All',
  download: {
    running: '{{size}} so far …',
    done: '{{name}} is saved.',
  },
  failed: 'That did not work',
} as const;
