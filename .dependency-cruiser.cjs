/**
 * The layers, lowest first: a module may import from the layers below its own, never from its own layer or above.
 * The wiring (app.module, server, main) is on top of all layers, and the commands in cli/ are on top of that.
 */
const layers = [
  ['errors', 'config', 'clock', 'network', 'text', 'tracing'],
  ['log', 'metrics', 'secret', 'concurrency', 'outgoing'],
  ['http', 'database'],
  ['access'],
  ['signing', 'backup'],
  ['audit'],
  ['branding'],
  ['mail', 'key-rotation', 'clock-step'],
  ['user'],
  ['auth'],
  ['organization'],
  ['license'],
  ['activation', 'plugin'],
  ['account', 'announcement', 'events', 'health', 'member', 'retention', 'service-account', 'utilization'],
  ['identity', 'webhook'],
  ['scim'],
  ['invitation'],
  ['setup'],
  ['provisioning'],
];

/** The layers inside activation/, lowest first; activation.module.ts wires them. */
const activationLayers = [['seat'], ['policy', 'machine', 'assignment'], ['lease'], ['offline'], ['katalon']];

/** Forbids each module of a folder to import from its own layer or above, or from the folder's own files. */
const downwardsOnly = (folder, order) =>
  order.flatMap((modules, layer) =>
    modules.map((module) => {
      const forbidden = order
        .slice(layer)
        .flat()
        .filter((other) => other !== module)
        .map((other) => `${other}/`);
      return {
        name: `${folder}${module}-imports-downwards-only`,
        severity: 'error',
        from: { path: `^${folder}${module}/` },
        to: { path: `^${folder}(${[...forbidden, '[^/]+\\.ts$'].join('|')})` },
      };
    }),
  );

module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'every-module-has-a-layer',
      severity: 'error',
      from: {},
      to: { path: '^src/[^/]+/', pathNot: `^src/(${layers.flat().join('|')})/` },
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
      name: 'the-client-library-needs-nothing',
      severity: 'error',
      from: { path: '^clients/typescript/src/', pathNot: '\\.spec\\.ts$' },
      to: { pathNot: '^clients/' },
    },
    {
      // It keeps seats by the same rules. The other files need types that are made from the server.
      name: 'of-the-client-library-only-its-rules',
      severity: 'error',
      from: { path: '^(src|cli)/' },
      to: { path: '^clients/', pathNot: '^clients/typescript/src/seat-plan\\.ts$' },
    },
    {
      name: 'no-development-packages-in-the-server',
      severity: 'error',
      from: { path: '^(src|cli)/', pathNot: '\\.spec\\.ts$' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
    ...downwardsOnly('src/', layers),
    ...downwardsOnly('src/activation/', activationLayers),
  ],
  options: {
    // What is built is made of what is checked here.
    doNotFollow: { path: ['node_modules', '^dist/'] },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js', '.mjs'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
};
