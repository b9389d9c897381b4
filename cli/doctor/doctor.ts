import { misspelledSettings } from '../../src/config/misspelled-settings.js';
import { readSettings, SettingsError } from '../../src/config/settings.js';
import { capture } from '../capture.js';
import { readConfiguration } from '../configuration/configuration-file.js';
import { examineBackupCopies } from './examine-backup-copies.js';
import { examineDatabase } from './examine-database.js';
import { examineDiscovery } from './examine-discovery.js';
import { examineLateAnswer } from './examine-late-answer.js';
import { examineMachine } from './examine-machine.js';
import { examinePath } from './examine-path.js';
import { examineProvisioning } from './examine-provisioning.js';
import { type Finding, ok, warning, wrong } from './finding.js';
import { UsageError } from '../usage-error.js';

interface DoctorOptions {
  config?: string;
  json?: boolean;
  /** True: to the standard output. */
  capture?: string | true;
  capturePort?: string;
  dnsServer?: string;
}

/** `license-server doctor`: tells of each thing that the server needs how it is. Exit code 1 when something is wrong. */
export async function doctor(options: DoctorOptions): Promise<void> {
  const { config, json, capture: file, capturePort = '0', dnsServer } = options;
  if (file !== undefined) {
    const port = Number(capturePort);
    if (!/^\d{1,5}$/.test(capturePort) || port > 65_535) throw new UsageError('--capture-port must be a port number.');
    await capture(readSettings(readConfiguration(config).env), { file, port });
    return;
  }
  const findings = await examine(config, dnsServer);
  if (json) console.log(JSON.stringify(findings, undefined, 2));
  else for (const finding of findings) console.log(lineOf(finding));
  const count = (level: Finding['level']): number => findings.filter((finding) => finding.level === level).length;
  if (!json) console.log(`\n${count('ok')} in order, ${count('warning')} to look at, ${count('wrong')} wrong.`);
  if (count('wrong') > 0) process.exitCode = 1;
}

async function examine(config: string | undefined, dnsServer: string | undefined): Promise<Finding[]> {
  const { env, file, warnings } = readConfiguration(config);
  const source = file
    ? `the configuration file ${file} and the environment`
    : 'the environment (no configuration file)';
  const doubts = [...misspelledSettings(env), ...warnings].map((message) =>
    warning('configuration', message, `Look at ${source}.`),
  );
  try {
    const settings = readSettings(env);
    const read = ok('configuration', `Settings from ${source}.`);
    const machine = await examineMachine(settings);
    const database = await examineDatabase(settings);
    const proxy = [...(await examinePath(settings)), ...(await examineLateAnswer(settings))];
    const provisioning = await examineProvisioning(settings, env);
    const discovery = await examineDiscovery(settings, dnsServer);
    const copies = await examineBackupCopies(settings);
    return [read, ...doubts, ...machine, ...database, ...provisioning, ...proxy, ...discovery, ...copies];
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    const problems = error.problems.map((problem) =>
      wrong('configuration', `${problem}.`, `Correct it; the settings come from ${source}.`),
    );
    return [...problems, ...doubts];
  }
}

function lineOf({ name, level, words: message, advice }: Finding): string {
  const mark = { ok: 'ok     ', warning: 'LOOK   ', wrong: 'WRONG  ' }[level];
  return `${mark}${name.padEnd(15)}${message}${advice ? `\n${' '.repeat(22)}${advice}` : ''}`;
}
