/** The dashboard. */
export const dashboard = {
  title: 'Dashboard',
  holders: {
    title: 'Seats in use now',
    none: 'No seat is in use',
    noneText: 'Whoever starts Studio or Runtime Engine with this server’s address appears here by itself.',
    user: 'User',
    product: 'Product',
    machine: 'Machine',
    since: 'Since',
    until: 'Until',
    terminate: 'Terminate',
    terminateFor: 'Terminate the session of {{email}}',
  },
  terminate: {
    title: 'Terminate this session?',
    text: '{{email}} loses the seat of {{product}} on {{machine}}. The client learns it at its next renewal, and the seat is free for others at once.',
    done: 'The session of {{email}} is over.',
  },
} as const;
