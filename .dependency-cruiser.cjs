/**
 * The floors of the house, lowest first: a room may use the rooms below its floor, never those beside or above it.
 * The assembly (app.module, server, main) stands on top of all, and the commands in cli/ on that.
 */
const floors = [
  ['errors', 'config', 'clock', 'network', 'text'],
  ['log', 'metrics', 'secret', 'concurrency'],
  ['http', 'database'],
  ['access'],
  ['signing', 'backup'],
  ['audit'],
  ['mail', 'key-rotation', 'clock-step'],
  ['user'],
  ['auth'],
  ['organization'],
  ['license'],
  ['activation', 'plugin'],
  ['account', 'announcement', 'events', 'health', 'member', 'utilization'],
  ['invitation'],
  ['setup'],
];

/** The rooms inside activation/, lowest first; activation.module.ts puts them together. */
const activationFloors = [['seat'], ['policy', 'machine'], ['lease'], ['offline'], ['katalon']];

/** Forbids each room of the floors under a folder what stands beside or above it, the files of the folder itself included. */
const downwardsOnly = (folder, order) =>
  order.flatMap((rooms, floor) =>
    rooms.map((room) => {
      const forbidden = order
        .slice(floor)
        .flat()
        .filter((other) => other !== room)
        .map((other) => `${other}/`);
      return {
        name: `${folder}${room}-imports-downwards-only`,
        severity: 'error',
        from: { path: `^${folder}${room}/` },
        to: { path: `^${folder}(${[...forbidden, '[^/]+\\.ts$'].join('|')})` },
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
    ...downwardsOnly('src/', floors),
    ...downwardsOnly('src/activation/', activationFloors),
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
