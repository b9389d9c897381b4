import { readConfiguration } from './configuration-file.js';

/** Runs the server in this process, with the settings of the configuration file. */
export async function start({ config }: { config?: string }): Promise<void> {
  Object.assign(process.env, readConfiguration(config).env);
  await import('../src/main.js');
}
