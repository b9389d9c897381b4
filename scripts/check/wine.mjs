// A Windows of its own for a check: Wine on Debian, with what Node.js needs of a newer one.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { install, run } from './small-debian.mjs';

const builtIn = '/usr/lib/x86_64-linux-gnu/wine/x86_64-windows';

/** Which Debian packages bring what. */
export function installWine() {
  install({
    wine: 'wine wine64',
    makensis: 'nsis',
    'x86_64-w64-mingw32-gcc': 'gcc-mingw-w64-x86-64',
    Xvfb: 'xvfb',
  });
}

export class Wine {
  /** The folder of drive C. */
  drive;
  #env;
  #screen;
  #log;

  /** @param folder empty; everything is in it */
  static async start(folder) {
    const wine = new Wine();
    wine.drive = path.join(folder, 'prefix', 'drive_c');
    wine.#log = path.join(folder, 'output');
    // The number of a display that nobody uses.
    const display = `:${9000 + (process.pid % 1000)}`;
    wine.#screen = spawn('Xvfb', [display, '-screen', '0', '1024x768x24'], { stdio: 'ignore' });
    wine.#env = {
      ...process.env,
      WINEPREFIX: path.join(folder, 'prefix'),
      WINEDEBUG: '-all',
      DISPLAY: display,
      LC_ALL: 'C.UTF-8',
    };
    mkdirSync(wine.#env.WINEPREFIX);
    await wine.run('wineboot', ['-i']);
    await wine.run('winecfg', ['-v', 'win10']);
    wine.#makeNewer(folder);
    await wine.run('reg', ['add', 'HKCU\\Software\\Wine\\DllOverrides', '/v', 'kernelbase', '/d', 'native', '/f']);
    wine.#endAll();
    return wine;
  }

  /**
   * Wine 8 lacks bcryptprimitives.dll, which has one function that password hashing uses; and it has VirtualAlloc2 without what V8 wants
   * of it, while V8 does without where there is none.
   */
  #makeNewer(folder) {
    const system = path.join(this.drive, 'windows', 'system32');
    const source = path.join(folder, 'bcryptprimitives.c');
    writeFileSync(
      source,
      `#include <windows.h>
#include <ntsecapi.h>
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T size) { return SystemFunction036(data, size); }
`,
    );
    compile(['-shared', '-o', path.join(system, 'bcryptprimitives.dll'), source, '-ladvapi32']);
    const library = readFileSync(path.join(builtIn, 'kernelbase.dll'), 'latin1')
      .replaceAll('\0VirtualAlloc2\0', '\0VirtualAlloc1\0')
      .replace('Wine builtin DLL', 'Wine changed DLL');
    writeFileSync(path.join(system, 'kernelbase.dll'), library, 'latin1');
  }

  /**
   * Runs a program of Windows, and waits for its end. What it says goes through a file, because programs of Node cannot write to the
   * pipes of Wine.
   *
   * @returns its exit code, and what it said
   */
  async run(program, args = [], env = {}) {
    const output = openSync(this.#log, 'w');
    const child = spawn('wine', [program, ...args], {
      env: { ...this.#env, ...env },
      stdio: ['ignore', output, output],
    });
    const [status] = await once(child, 'exit');
    closeSync(output);
    return { status, said: readFileSync(this.#log, 'utf8').trim() };
  }

  /** The file of Linux that `C:\…` is. */
  file(place) {
    return path.join(this.drive, ...place.slice(3).split('\\'));
  }

  stop() {
    this.#endAll();
    this.#screen.kill();
  }

  #endAll() {
    spawnSync('wineserver', ['-k'], { env: this.#env, stdio: 'ignore' });
    spawnSync('wineserver', ['-w'], { env: this.#env, stdio: 'ignore' });
  }
}

/** Makes a program or library for Windows. */
export function compile(args) {
  run('x86_64-w64-mingw32-gcc', args);
}
