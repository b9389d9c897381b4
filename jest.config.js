/** Unit tests stand beside what they test, end-to-end tests in test/. */
export default {
  testEnvironment: '<rootDir>/test/support/jest/environment.mjs',
  rootDir: '.',
  testSequencer: '<rootDir>/test/support/jest/sequencer.mjs',
  testMatch: [
    '<rootDir>/src/**/*.spec.ts',
    '<rootDir>/cli/**/*.spec.ts',
    '<rootDir>/scripts/**/*.spec.ts',
    '<rootDir>/web/src/**/*.spec.ts',
    '<rootDir>/clients/typescript/src/**/*.spec.ts',
    '<rootDir>/clients/typescript/test/**/*.e2e.ts',
    '<rootDir>/test/**/*.e2e.ts',
    // Checks that need packages of Debian, by name: `npm run check:directory`, `check:active-directory`, `check:failover`.
    ...(process.env.CHECK ? [`<rootDir>/test/**/*.${process.env.CHECK}.ts`] : []),
  ],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          keepClassNames: true,
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  // Not how long a test may take, but how long one that hangs is waited for: a machine that is busy makes all slower.
  testTimeout: 180_000,
  // More than two cores need: much of what a test does is to wait, for a database, a browser or a process that starts.
  maxWorkers: 3,
};
