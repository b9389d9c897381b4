import { type FetchAction, type FetchReport } from './plugin-fetcher.js';

interface Named {
  name: string;
  version: string;
}

const past: Record<FetchAction, string> = {
  add: 'added',
  update: 'updated',
  restore: 'restored',
  keep: 'unchanged',
  remove: 'removed',
  leave: 'left',
};

const megabytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MB`;

/** Tells people what is fetched: with a bar on a terminal, else in plain lines, which a CI log keeps. */
export class FetchProgress implements FetchReport {
  private drawn = false;
  private lastDrawn = 0;

  constructor(
    private readonly dryRun: boolean,
    private readonly out: NodeJS.WriteStream,
  ) {}

  planned(action: FetchAction, { name, version }: Named, before?: string): void {
    if (action === 'leave') this.line(`${name} ${version} is no longer in the library; --prune removes it`);
    else if (action === 'keep') this.line(`unchanged: ${name} ${version}`);
    else if (this.dryRun) this.line(`would ${action}: ${name} ${change(version, before)}`);
  }

  progress({ name, version }: Named, bytes: number, size: number): void {
    if (!this.out.isTTY) return;
    const now = Date.now();
    if (bytes < size && now - this.lastDrawn < 50) return;
    this.lastDrawn = now;
    const share = Math.min(1, bytes / size);
    const bar = '#'.repeat(Math.floor(share * 24)).padEnd(24, '.');
    const label = `${name} ${version}`;
    const room = Math.max(10, (this.out.columns || 80) - 54);
    this.out.write(
      `\r\u001b[K[${bar}] ${String(Math.floor(share * 100)).padStart(3)}% ${megabytes(bytes)} of ${megabytes(size)}  ${label.slice(0, room)}`,
    );
    this.drawn = true;
  }

  done(action: FetchAction, { name, version }: Named, files: readonly string[]): void {
    this.line(`${past[action]}: ${name} ${version}`);
    for (const file of files) this.line(`  ${file}`);
  }

  /** Ends a bar that is half drawn. */
  clear(): void {
    if (this.drawn) this.out.write('\r\u001b[K');
    this.drawn = false;
  }

  private line(text: string): void {
    this.clear();
    this.out.write(`${text}\n`);
  }
}

function change(version: string, before: string | undefined): string {
  return before === undefined || before === version ? version : `${before} -> ${version}`;
}
