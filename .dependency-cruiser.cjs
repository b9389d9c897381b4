/**
 * The floors of the house, lowest first: a room may use the rooms below its floor, never those beside or above it.
 * The assembly (app.module, server, main) stands on top of all, and the commands in cli/ on that.
 */
const floors = [
  ['errors', 'config', 'clock', 'network', 'text'],
  ['log', 'metrics', 'secret'],
  ['http', 'database'],
  ['audit', 'backup', 'signing'],
  ['mail', 'evidence', 'key-rotation', 'clock-step'],
  ['user'],
  ['auth'],
  ['organization'],
  ['license', 'mail-settings'],
  ['activation', 'plugin'],
  ['administration', 'announcement', 'events', 'health', 'member', 'utilization'],
  ['invitation'],
  ['setup'],
];

const notDownwards = floors.flatMap((rooms, floor) =>
  rooms.map((room) => {
    const forbidden = floors
      .slice(floor)
      .flat()
      .filter((other) => other !== room);
    return {
      name: `${room}-imports-downwards-only`,
      severity: 'error',
      from: { path: `^src/${room}/` },
      to: { path: `^src/(${[...forbidden, '[^/]+\\.ts$'].join('|')})` },
    };
  }),
);

module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'every-room-has-a-floor',
      severity: 'error',
      from: {},
      to: { path: '^src/[^/]+/', pathNot: `^src/(${floors.flat().join('|')})/` },
    },
    {
      name: 'nothing-imports-tests',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^(test|scripts|cli)/' },
    },
    {
      name: 'clients-know-only-the-wire',
      severity: 'error',
      from: { path: '^test/clients/' },
      to: { path: '^(src|scripts|cli)/' },
    },
    {
      name: 'no-development-packages-in-the-server',
      severity: 'error',
      from: { path: '^(src|cli)/', pathNot: '\\.spec\\.ts$' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
    ...notDownwards,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js', '.mjs'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
};
