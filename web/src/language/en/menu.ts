/** The menu, and the way to what is not in it. */
export const menu = {
  group: {
    organization: 'Organization',
    seats: 'Seats',
    people: 'People',
    settings: 'Settings',
    server: 'Server',
  },
  dashboard: 'Dashboard',
  users: 'Users',
  pending: 'Pending Activations',
  teams: 'Teams',
  settings: 'Settings',
  profile: 'Profile',
  api: 'API',
} as const;
