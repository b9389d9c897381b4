import { readdirSync, readFileSync } from 'node:fs';

/** Linux shows processor time in hundredths of a second. */
const microsOfTick = 10_000;

/** Numbers of /proc/PID/stat after the name: parent, time of its own, time of its children that have ended. */
function statOf(pid: number | 'self'): { parent: number; own: number; ended: number } {
  const fields = (readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1] ?? '').split(' ').map(Number);
  const [parent = 0, user = 0, system = 0, endedUser = 0, endedSystem = 0] = [1, 11, 12, 13, 14].map(
    (at) => fields[at],
  );
  return { parent, own: (user + system) * microsOfTick, ended: (endedUser + endedSystem) * microsOfTick };
}

/** Microseconds of processor that a process has taken since its start. */
export function cpuMicros(pid: number): number {
  return statOf(pid).own;
}

/** The same of the programs that this process has run and that have ended. */
export function cpuMicrosOfEnded(): number {
  return statOf('self').ended;
}

/** The same of a process and all its children, those that have ended included. */
export function cpuMicrosOfFamily(pid: number): number {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => {
      try {
        const { parent, own } = statOf(Number(name));
        return parent === pid ? own : 0;
      } catch {
        // It has ended meanwhile.
        return 0;
      }
    });
  const { own, ended } = statOf(pid);
  return own + ended + children.reduce((sum, each) => sum + each, 0);
}
