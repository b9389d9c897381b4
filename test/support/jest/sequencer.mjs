import TestSequencer from '@jest/test-sequencer';
import path from 'node:path';

/** The files that take longest: one that begins last has a core to itself while the others have nothing left to do. */
const slowest = [
  ...[
    'rotate-keys',
    'lease',
    'mail',
    'restarts',
    'parent',
    'console-licenses',
    'ended-license',
    'backup',
    'start',
    'provisioning',
  ],
  ...[
    'audit-chain',
    'data-folder',
    'release',
    'seat-queue',
    'fewer-seats',
    'audit-delivery',
    'client-hold',
    'operator',
  ],
  ...[
    'console-layout',
    'availability',
    'several-servers',
    'client-restart',
    'katalon-property',
    'sign-in-throttle',
    'console',
  ],
];

/**
 * Begins with the slowest files. The others follow as Jest orders them: by the time that they took here, and on a machine that
 * has not run them, such as CI, by size, which says little about programs that start and clocks that are stepped.
 */
export default class extends TestSequencer {
  sort(tests) {
    const place = ({ path: file }) => {
      const found = slowest.indexOf(path.basename(file, '.e2e.ts'));
      return found < 0 ? slowest.length : found;
    };
    return super.sort(tests).sort((a, b) => place(a) - place(b));
  }
}
