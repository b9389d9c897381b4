/** Pieces that many pages share. */
export const show = {
  member: {
    choose: 'Name or e-mail',
    none: 'No member is called so.',
  },
  clear: 'Clear',
  remove: 'Remove',
  all: 'All',
  nextPage: 'Next page',
  previousPage: 'Previous page',
  download: {
    running: '{{size}} so far …',
    done: '{{name}} is saved.',
  },
  copyOf: 'Copy: {{what}}',
} as const;
