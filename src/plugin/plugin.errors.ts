import { DomainError } from '../errors/domain-error.js';
import { type PluginKind } from './plugin-kind.js';
import { counted } from '../errors/counted.js';

/** What is wrong with a package. */
export type PackageFault =
  'not-a-zip' | 'truncated' | 'encrypted' | 'unsafe-name' | 'link' | 'bomb' | 'damaged' | 'no-jar' | 'empty';

/** A package that is unsafe or impossible to unpack. */
export class InvalidPackageError extends DomainError {
  readonly kind = 'invalid';
  readonly code = 'plugin-package-invalid';
  override readonly details: { reason: PackageFault };

  constructor(reason: PackageFault, message: string) {
    super(`This package cannot be taken. ${message}`);
    this.details = { reason };
  }
}

/** What a package says of itself, as far as it does. */
export interface PluginMetadata {
  name?: string;
  version?: string;
  kind?: PluginKind;
}

/** Neither the package nor the form says what the library has to know. */
export class PluginMetadataMissingError extends DomainError {
  readonly kind = 'invalid';
  readonly code = 'plugin-metadata-missing';
  override readonly details: { errors: { field: string; message: string; rule: string }[]; found: PluginMetadata };

  /** @param found what the package says, for a form that asks for the rest */
  constructor(missing: readonly ('name' | 'version')[], found: PluginMetadata) {
    const errors = missing.map((field) => ({
      field,
      message: `${field} is missing: the package does not say it, give it in the form field \`${field}\``,
      rule: 'isMissing',
    }));
    super(`${errors.map(({ message }) => message).join('; ')}.`);
    this.details = { errors, found };
  }
}

/** Larger than an administrator has allowed. */
export class PluginTooLargeError extends DomainError {
  readonly kind = 'too-large';
  readonly code = 'plugin-too-large';
  override readonly details: { largestMegabytes: number };

  constructor(largestBytes: number) {
    const largestMegabytes = largestBytes / 1024 / 1024;
    super(`A plugin package has at most ${largestMegabytes} MB here (setting PLUGIN_MAX_MB).`);
    this.details = { largestMegabytes };
  }
}

/** A version is uploaded once: who has fetched it can rely on its contents. */
export class PluginVersionExistsError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'plugin-version-exists';
  override readonly details: { name: string; version: string };

  constructor(name: string, version: string) {
    super(`The library has ${name} ${version} already. Delete that first, or give this one another version.`);
    this.details = { name, version };
  }
}

/** The organization's license does not include private plugins. */
export class PrivatePluginsNotLicensedError extends DomainError {
  readonly kind = 'forbidden';
  readonly code = 'private-plugins-not-licensed';

  constructor() {
    super(
      "The organization's license does not include private plugins (feature private_plugin). " +
        'Ask your vendor for one that does, or the server administrator to publish the plugin for everybody.',
    );
  }
}

/** There is no room for the upload; nothing of it was kept. */
export class PluginStorageFullError extends DomainError {
  readonly kind = 'insufficient-storage';
  readonly code = 'plugin-storage-full';

  constructor() {
    super(
      'The disk for plugins is full; nothing was stored. ' +
        'Ask the server administrator to make room (PLUGIN_DIR), or delete plugins you no longer need.',
    );
  }
}

/** The library lists a package whose file is gone, or is on another server's disk. */
export class PluginContentMissingError extends DomainError {
  readonly kind = 'unavailable';
  readonly code = 'plugin-content-missing';

  constructor(name: string, version: string) {
    super(
      `The file of ${name} ${version} is not where this server keeps its plugins. ` +
        'Servers that share a database need one PLUGIN_DIR; else restore the folder from the backup, or delete the plugin and upload it again.',
    );
  }
}

/** Bytes were asked for that the package does not have. */
export class NoSuchBytesError extends DomainError {
  readonly kind = 'not-satisfiable';
  readonly code = 'range-not-satisfiable';

  constructor(size: number) {
    super(`The package has ${counted(size, 'byte')}; begin again from the first.`);
  }
}
