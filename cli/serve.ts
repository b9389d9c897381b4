// The server process itself, which the parent process starts. It reads the configuration file each time.
import { createLog } from '../src/log/log.js';
import { readConfiguration } from './configuration/configuration-file.js';

const option = process.argv.indexOf('--config');
try {
  const { env, file, warnings } = readConfiguration(option === -1 ? undefined : process.argv[option + 1]);
  Object.assign(process.env, env);
  if (warnings.length > 0) {
    const log = createLog('warn');
    for (const message of warnings) log.warn({ configuration: file }, message);
  }
} catch (error) {
  console.error((error as Error).message);
  process.exit(2);
}
await import('../src/main.js');
