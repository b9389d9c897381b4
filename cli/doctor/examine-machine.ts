import { lookup } from 'node:dns/promises';
import { existsSync, readFileSync, statfsSync, statSync } from 'node:fs';
import path from 'node:path';
import { type Settings } from '../../src/config/settings.js';
import { hasBuiltInKeys, ignoredKeysWarning } from '../../src/config/trust-anchor.js';
import { packageFolder, serverVersion } from '../../src/http/pages/server-package.js';
import { serverInfo } from '../running-server/ask-server.js';
import { type Finding, ok, warning, wrong } from './finding.js';
import { problemWithFolder, problemWithPort } from './place-checks.js';
import { counted, isOrAre } from '../../src/errors/counted.js';

/** What this machine has to offer: Node, folder, disk, port, address. */
export async function examineMachine(settings: Settings): Promise<Finding[]> {
  return [
    node(),
    folder(settings),
    disk(settings),
    await port(settings),
    await address(settings),
    vendorKeys(settings),
  ];
}

function node(): Finding {
  const text = readFileSync(path.join(packageFolder, 'package.json'), 'utf8');
  const { engines } = JSON.parse(text) as { engines: { node: string } };
  const wanted = engines.node.replace('>=', '').split('.').map(Number);
  const found = process.versions.node.split('.').map(Number);
  const difference = [0, 1, 2].map((index) => (found[index] ?? 0) - (wanted[index] ?? 0)).find((each) => each !== 0);
  if ((difference ?? 0) >= 0)
    return ok('Node.js', `Node.js ${process.versions.node}, license server ${serverVersion}.`);
  return wrong(
    'Node.js',
    `Node.js ${process.versions.node} is too old; ${engines.node.replace('>=', '')} or newer is needed.`,
    'Install a newer one from https://nodejs.org or your distribution.',
  );
}

function folder({ dataDir }: Settings): Finding {
  const problem = problemWithFolder(dataDir);
  const advice = `Let the user that runs the server own ${dataDir}, or name another folder with DATA_DIR.`;
  if (problem) return wrong('data folder', problem, advice);
  if (!existsSync(dataDir)) return ok('data folder', `${dataDir} will be made at the first start.`);
  if (process.platform !== 'win32' && (statSync(dataDir).mode & 0o022) !== 0) {
    return warning('data folder', `Other users may write to ${dataDir}.`, `chmod go-w ${dataDir}`);
  }
  return ok('data folder', `${dataDir} can be written to.`);
}

function disk({ dataDir }: Settings): Finding {
  let existing = dataDir;
  while (!existsSync(existing)) existing = path.dirname(existing);
  const { bavail, bsize } = statfsSync(existing);
  const megabytes = Math.floor((bavail * bsize) / 1_000_000);
  const message = `${megabytes} MB are free where ${dataDir} is.`;
  const advice = 'Make room: when the disk is full the database stops.';
  if (megabytes < 200) return wrong('disk space', message, advice);
  return megabytes < 2000 ? warning('disk space', message, advice) : ok('disk space', message);
}

async function port(settings: Settings): Promise<Finding> {
  const { port, host } = settings;
  if (port === 0) return ok('port', 'Any free port is taken (PORT=0).');
  const problem = await problemWithPort(port, host);
  if (problem === undefined) return ok('port', `The port ${port} is free; the server does not run.`);
  const running = await serverInfo(settings);
  if (running?.version === serverVersion) return ok('port', `The license server answers on port ${port}.`);
  if (running) {
    return warning(
      'port',
      `License server ${running.version} answers on port ${port}, while ${serverVersion} is installed here.`,
      'Start it again to run the installed version.',
    );
  }
  return wrong('port', problem, 'Choose another one with PORT, or end that program.');
}

async function address({ serverUrl }: Settings): Promise<Finding> {
  const { hostname } = new URL(serverUrl);
  const host = hostname.replace(/^\[|\]$/g, '');
  if (['localhost', '127.0.0.1', '::1'].includes(host)) {
    return warning(
      'server URL',
      `${serverUrl} is good for this machine only: links in mails and invitations would lead nowhere.`,
      'Set SERVER_URL to the address that users open.',
    );
  }
  try {
    await lookup(host);
    return ok('server URL', `Users open ${serverUrl}.`);
  } catch {
    return warning('server URL', `The host name in ${serverUrl} is not known here.`, 'Check SERVER_URL and the DNS.');
  }
}

function vendorKeys({ vendorKeys, ignoredSettings }: Settings): Finding {
  const ignored = ignoredKeysWarning(ignoredSettings);
  if (ignored) return warning('vendor keys', ignored, `Remove ${ignoredSettings.join(' and ')} from the settings.`);
  if (hasBuiltInKeys)
    return ok(
      'vendor keys',
      `${counted(vendorKeys.length, 'public key')} of the vendor ${isOrAre(vendorKeys.length)} built into this release.`,
    );
  if (vendorKeys.length > 0)
    return ok(
      'vendor keys',
      `${counted(vendorKeys.length, 'public key')} of the vendor ${isOrAre(vendorKeys.length)} trusted.`,
    );
  return warning(
    'vendor keys',
    'No vendor key is configured: only the evaluation license can be used.',
    "Name the file with the vendor's public key in VENDOR_KEY_FILES.",
  );
}
