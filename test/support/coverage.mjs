// Loaded before the program where `npm run coverage` collects coverage: a process or thread of the tests records what it runs
// of the built server, and writes that at its end. NODE_V8_COVERAGE would write all packages too, and the maps of all files.
import { renameSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import { threadId } from 'node:worker_threads';

const built = new URL('../../dist/src/', import.meta.url).href;
const folder = new URL(import.meta.url).searchParams.get('folder');
const file = `${folder}/${process.pid}-${threadId}-${Date.now()}`;

// The report waits for this file to become another one, as long as the process lives.
writeFileSync(`${file}.running`, String(process.pid));
const session = new Session();
session.connect();
session.post('Profiler.enable');
session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
process.on('exit', () =>
  session.post('Profiler.takePreciseCoverage', (error, coverage) => {
    const result = coverage?.result.filter(({ url }) => url.startsWith(built)) ?? [];
    writeFileSync(`${file}.running`, JSON.stringify({ result }));
    renameSync(`${file}.running`, `${file}.json`);
  }),
);
