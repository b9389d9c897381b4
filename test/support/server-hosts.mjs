import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

/** Processes that are kept for the next server. */
const maxIdle = 2;

/** What Node.js itself reads when a process begins, and what changes a process for good. */
const fixedAtStart = ['NODE_OPTIONS', 'NODE_EXTRA_CA_CERTS', 'TZ', 'CLOCK_AHEAD'];

/**
 * A server of a test lives for seconds: to optimize what has run a few times takes it a tenth of its work, which does not pay. Newer
 * Node.js has no such option.
 */
const execArgv = process.versions.node.startsWith('20.') ? ['--interrupt-budget=1000000'] : [];

/** The processes that the servers of the tests run in, one server at a time, each after the one before it has closed. */
export class ServerHosts {
  #idle = [];
  #busy = new Set();

  /**
   * A process that has no server, and is told to start one by `{ start: settings }`.
   *
   * @param {Record<string, string>} settings
   */
  take(settings) {
    const isSpecial = fixedAtStart.some((name) => settings[name] !== undefined);
    const host = (isSpecial ? undefined : this.#idle.pop()) ?? this.#begin(settings, isSpecial);
    this.#busy.add(host);
    host.output = '';
    hold(host.child, 'ref');
    return host;
  }

  /** Keeps the process of a server that has closed; or ends it, where there are enough, or something in it still runs. */
  async giveBack(host, left) {
    this.#busy.delete(host);
    const isFit = left.length === 0 && !host.isSpecial && isAlive(host.child);
    if (isFit && this.#idle.length < maxIdle) {
      hold(host.child, 'unref');
      this.#idle.push(host);
    } else await end(host.child);
  }

  /** Ends what a test file has left running. */
  async endBusy() {
    const left = [...this.#busy];
    this.#busy.clear();
    await Promise.all(left.map(({ child }) => end(child)));
  }

  #begin(settings, isSpecial) {
    const script = path.join(import.meta.dirname, 'server-child.mjs');
    // An environment of its own: nothing that this machine has set may change a test.
    const coverage = process.env.TEST_NODE_OPTIONS;
    const env = { PATH: process.env.PATH ?? '', NODE_OPTIONS: coverage, ...(isSpecial ? settings : {}) };
    const child = fork(script, { env, execArgv, stdio: ['ignore', 'inherit', 'pipe', 'ipc'] });
    const host = { child, isSpecial, output: '' };
    child.stderr.on('data', (chunk) => (host.output += chunk.toString()));
    child.once('exit', () => {
      this.#busy.delete(host);
      this.#idle = this.#idle.filter((other) => other !== host);
    });
    return host;
  }
}

const isAlive = ({ exitCode, signalCode }) => exitCode === null && signalCode === null;

async function end(child) {
  if (!isAlive(child)) return;
  const ended = once(child, 'exit');
  // A process that is killed cannot say what it has run.
  if (process.env.TEST_NODE_OPTIONS && child.connected) child.disconnect();
  else child.kill('SIGKILL');
  await ended;
}

/** An idle process keeps no test run from ending: it ends when that one does. */
function hold(child, how) {
  for (const each of [child, child.channel, child.stderr]) each?.[how]();
}
