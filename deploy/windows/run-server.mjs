// What the service runs, in the folder of settings and data: the server. NSSM begins a new log file every 10 MB and deletes none, so this
// deletes the oldest ones.
import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';

const maxFormerLogs = 20;
const hour = 3_600_000;

deleteOldLogs(path.resolve('log'));
setInterval(deleteOldLogs, hour, path.resolve('log')).unref();
await import('../../dist/cli/main.js');

/** The names begin with `server-` and the time of their last line, so the newest are the last. */
function deleteOldLogs(folder) {
  try {
    const former = readdirSync(folder).filter((name) => /^server-.+\.log$/.test(name));
    for (const name of former.sort().slice(0, -maxFormerLogs)) rmSync(path.join(folder, name));
  } catch (error) {
    console.error(`Old logs could not be deleted: ${error.message}`);
  }
}
