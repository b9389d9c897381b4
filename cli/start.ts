import { Parent } from '../src/parent.js';

/** Runs the server, with the settings of the configuration file, under a process that starts it again. */
export function start({ config, takeOver }: { config?: string; takeOver?: boolean }): void {
  const program = new URL('serve.js', import.meta.url);
  new Parent({ program, args: config === undefined ? [] : ['--config', config], takeOver }).run();
}
