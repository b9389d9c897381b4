// The server process itself, which the parent process starts. It reads the configuration file each time.
import { readConfiguration } from './configuration-file.js';

const option = process.argv.indexOf('--config');
try {
  Object.assign(process.env, readConfiguration(option === -1 ? undefined : process.argv[option + 1]).env);
} catch (error) {
  console.error((error as Error).message);
  process.exit(2);
}
await import('../src/main.js');
