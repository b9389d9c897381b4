import { InvalidPackageError } from './plugin.errors.js';

/** How much a package may hold: its contents are not trusted. */
export interface PackageLimits {
  /** Bytes of everything in it, unpacked, jars within it included. */
  unpackedBytes: number;
  /** Files and folders in it, jars within it included. */
  entries: number;
}

/** So many times its own size a package may unpack to, once that is more than {@link harmlessBytes}. */
const largestRatio = 100;
const harmlessBytes = 16 * 1024 * 1024;

/** The limits for a package of this size on a server that takes such packages. */
export function limitsFor(largestPackage: number): PackageLimits {
  return { unpackedBytes: 4 * largestPackage, entries: 65_535 };
}

/** What of the limits is left while a package is read; the same for it and the jars in it. */
export class PackageBudget {
  private bytes: number;
  private entries: number;

  /** @param packageBytes size of the package itself */
  constructor(limits: PackageLimits, packageBytes: number) {
    this.bytes = Math.min(limits.unpackedBytes, Math.max(harmlessBytes, packageBytes * largestRatio));
    this.entries = limits.entries;
  }

  /** @throws InvalidPackageError when there are too many */
  countEntries(count: number): void {
    this.entries -= count;
    if (this.entries < 0) throw new InvalidPackageError('bomb', 'It holds too many files.');
  }

  /** @throws InvalidPackageError when that many bytes are more than what is left */
  expect(bytes: number): void {
    if (bytes > this.bytes) {
      throw new InvalidPackageError('bomb', 'It would unpack to much more than a package of its size holds.');
    }
  }

  /** @throws InvalidPackageError when nothing is left */
  take(bytes: number): void {
    this.expect(bytes);
    this.bytes -= bytes;
  }
}
