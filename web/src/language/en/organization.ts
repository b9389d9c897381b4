/** An organization itself. */
export const organization = {
  name: 'Name',
  new: {
    title: 'Create organization',
    text: 'An organization holds seats and the people who use them. You will be its owner.',
    example: 'Acme Testing',
    submit: 'Create organization',
  },
} as const;
