/** Pieces that many pages share. */
export const show = {
  member: {
    choose: 'Name or e-mail',
    none: 'No member is called so.',
  },
  stale: {
    title: 'Someone else has changed this',
    changed: '{{by}} changed {{fields}},',
    changedSomething: '{{by}} changed this,',
    field: {
      name: 'the name',
      role: 'the role',
      disabled: 'whether the account is disabled',
      root: 'the administrator rights',
      email: 'the e-mail address',
    },
    text: 'Nothing of yours was saved.',
    merge: 'Keep my changes',
    reload: 'Discard mine',
    anyway: 'Do it anyway',
  },
  sort: { label: 'Sort', ascending: '{{column}}, ascending', descending: '{{column}}, descending' },
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
