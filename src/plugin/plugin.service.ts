import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type FastifyRequest } from 'fastify';
import { type Logger } from 'pino';
import { DataSource, type EntityManager } from 'typeorm';
import { AuditService } from '../audit/audit.service.js';
import { type Caller } from '../access/caller.js';
import { Clock } from '../clock/clock.js';
import { PeriodicTask } from '../concurrency/periodic-task.js';
import { holdUntilCommit } from '../database/locks.js';
import { SETTINGS } from '../config/config.module.js';
import { type Settings } from '../config/settings.js';
import { NotFoundError } from '../errors/domain-error.js';
import { LimitReachedError } from '../errors/limit-errors.js';
import { pageOfRows } from '../http/paging.js';
import { LicenseService } from '../license/license.service.js';
import { LOG } from '../log/log.module.js';
import { type OrganizationPluginPage, type PluginPage, type PluginQuery, type PluginView } from './dto/plugin.js';
import { packageFileName } from './file-name.js';
import { limitsFor } from './package-limits.js';
import { Plugin } from './plugin.entity.js';
import {
  PluginContentMissingError,
  type PluginMetadata,
  PluginMetadataMissingError,
  PluginVersionExistsError,
  PrivatePluginsNotLicensedError,
} from './plugin.errors.js';
import { readPackage } from './plugin-package.js';
import {
  deleteVersion,
  insertVersion,
  newestOn,
  type PluginRow,
  type Shelf,
  usedContents,
  versionOn,
  versionSorting,
  versionsOn,
} from './plugin.queries.js';
import { PluginStore, storageError } from './plugin-store.js';
import { checkUpload, type UploadedPlugin, uploadedPlugin } from './uploaded-plugin.js';
import { versionOrder } from './version-order.js';

const publicShelf: Shelf = { organizationId: undefined, withPrivate: false };

/** The feature of a license that allows private plugins. */
const privateFeature = 'private_plugin';

const sweepMillis = 60 * 60 * 1000;

/** The offline plugin library: public packages, and packages of one organization. */
@Injectable()
export class PluginService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly sweeping = new PeriodicTask(
    () => this.sweep(),
    sweepMillis,
    (error) => this.logSweep(error),
  );

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly store: PluginStore,
    private readonly licenses: LicenseService,
    private readonly audit: AuditService,
    private readonly clock: Clock,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.store.clearIncoming(true).catch((error: unknown) => this.logSweep(error));
    this.sweeping.start();
    void this.sweeping.run();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.sweeping.stop();
  }

  list(query: PluginQuery): Promise<PluginPage> {
    return this.page(publicShelf, query);
  }

  /** Public plugins and the organization's own. */
  async listOf(organizationId: number, query: PluginQuery): Promise<OrganizationPluginPage> {
    const shelf = await this.shelfOf(organizationId);
    return Object.assign(await this.page(shelf, query), { privatePlugins: shelf.withPrivate });
  }

  /**
   * Takes a package into the library.
   *
   * @param organizationId whose it is to be; undefined: public
   * @throws InvalidPackageError, PluginMetadataMissingError, InvalidRequestError: it cannot be taken
   * @throws PluginVersionExistsError
   * @throws PluginTooLargeError, PluginStorageFullError
   * @throws PrivatePluginsNotLicensedError
   * @throws LimitReachedError
   */
  async upload(caller: Caller, organizationId: number | undefined, request: FastifyRequest): Promise<PluginView> {
    checkUpload(request, this.settings.pluginMaxBytes);
    if (organizationId !== undefined && !(await this.shelfOf(organizationId)).withPrivate) {
      throw new PrivatePluginsNotLicensedError();
    }
    // Who has no room left need not send the file.
    await this.checkRoom(this.dataSource.manager, organizationId, 1);
    const upload = await uploadedPlugin(request, this.store, this.settings.pluginMaxBytes);
    const temporary = [upload.file.path];
    try {
      const content = await readPackage(
        upload.file.path,
        upload.fileName,
        limitsFor(this.settings.pluginMaxBytes),
        () => {
          const file = this.store.temporaryFile();
          temporary.push(file);
          return file;
        },
      );
      const { name, version, kind = 'custom-keywords' } = declared(upload, content.metadata);
      return await this.keep(caller, organizationId, upload, {
        name,
        version,
        kind,
        description: upload.form.description ?? '',
        packaging: content.packaging,
        jars: content.packaging === 'zip' ? content.jars.map((jar) => jar.name) : [],
      });
    } catch (error) {
      throw storageError(error);
    } finally {
      await Promise.all(temporary.map((file) => this.store.discard(file)));
    }
  }

  /**
   * Removes a version from the library; its file goes when nothing else refers to it.
   *
   * @throws NotFoundError also for one on another shelf
   */
  async delete(caller: Caller, organizationId: number | undefined, id: number): Promise<void> {
    const sha256 = await this.dataSource.transaction(async (manager) => {
      const plugin = await deleteVersion(manager, organizationId, id);
      if (!plugin) throw new NotFoundError('The plugin');
      await this.audit.record(manager, caller, {
        action: 'plugin.deleted',
        organizationId,
        targetType: 'plugin',
        targetId: id,
        details: plugin,
      });
      return plugin.sha256;
    });
    await this.removeUnused(sha256);
  }

  /**
   * What to send for a download.
   *
   * @throws NotFoundError
   * @throws PrivatePluginsNotLicensedError
   * @throws PluginContentMissingError
   */
  async content(organizationId: number | undefined, id: number): Promise<PluginView> {
    const shelf: Shelf = { organizationId, withPrivate: organizationId !== undefined };
    const row = await versionOn(this.dataSource.manager, shelf, id);
    if (!row) throw new NotFoundError('The plugin');
    if (row.visibility === 'private' && organizationId !== undefined) {
      if (!(await this.licenses.hasFeature(organizationId, privateFeature))) throw new PrivatePluginsNotLicensedError();
    }
    return this.present(viewOf(row));
  }

  /**
   * The newest version of each plugin, by name.
   *
   * @throws PluginContentMissingError
   */
  async newest(organizationId: number | undefined): Promise<PluginView[]> {
    const shelf = organizationId === undefined ? publicShelf : await this.shelfOf(organizationId);
    const rows = await newestOn(this.dataSource.manager, shelf);
    return Promise.all(rows.map((row) => this.present(viewOf(row))));
  }

  /** The file of a hash goes when no version refers to it (any more). */
  private async removeUnused(sha256: string): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      await holdUntilCommit(manager, 'plugin', sha256);
      if (!(await manager.existsBy(Plugin, { sha256 }))) await this.store.remove(sha256);
    });
  }

  private async keep(
    caller: Caller,
    organizationId: number | undefined,
    { file }: UploadedPlugin,
    plugin: Pick<PluginRow, 'name' | 'version' | 'kind' | 'description' | 'packaging' | 'jars'>,
  ): Promise<PluginView> {
    const { name, version, kind, description, packaging, jars } = plugin;
    try {
      return await this.dataSource.transaction(async (manager) => {
        // The file cannot be removed between its arrival and the commit.
        await holdUntilCommit(manager, 'plugin', file.sha256);
        await this.checkRoom(manager, organizationId, file.size);
        const id = await insertVersion(manager, {
          organizationId: organizationId ?? null,
          name,
          version,
          versionOrder: versionOrder(version),
          kind,
          packaging,
          description,
          jars: packaging === 'zip' ? jars : [packageFileName(plugin)],
          size: file.size,
          sha256: file.sha256,
          uploadedBy: caller.id,
          uploadedAt: this.clock.now(),
        });
        if (id === undefined) throw new PluginVersionExistsError(name, version);
        await this.audit.record(manager, caller, {
          action: 'plugin.uploaded',
          organizationId,
          targetType: 'plugin',
          targetId: id,
          details: { name, version, kind, size: file.size, sha256: file.sha256 },
        });
        await this.store.keep(file);
        const row = await versionOn(manager, { organizationId, withPrivate: true }, id);
        if (!row) throw new Error('The plugin that was just stored is not there');
        return viewOf(row);
      });
    } catch (error) {
      // The file may have got its place before something failed.
      await this.removeUnused(file.sha256).catch((failure: unknown) => this.logSweep(failure));
      throw error;
    }
  }

  /** Whether an organization may store this many more bytes. Until the commit, no other transaction stores any. */
  private async checkRoom(manager: EntityManager, organizationId: number | undefined, bytes: number): Promise<void> {
    if (organizationId === undefined) return;
    if (manager.queryRunner?.isTransactionActive) {
      await holdUntilCommit(manager, 'plugins of', organizationId);
    }
    const used = (await manager.sum(Plugin, 'size', { organizationId })) ?? 0;
    const max = this.settings.pluginMaxTotalBytes;
    if (used + bytes > max) throw new LimitReachedError('plugin-quota-reached', max / 1024 / 1024);
  }

  private async page(shelf: Shelf, query: PluginQuery): Promise<PluginPage> {
    const { manager } = this.dataSource;
    const page = await pageOfRows<PluginRow>(manager, versionsOn(shelf, query), query, versionSorting);
    return Object.assign(page, { content: page.content.map(viewOf) });
  }

  private async shelfOf(organizationId: number): Promise<Shelf> {
    return { organizationId, withPrivate: await this.licenses.hasFeature(organizationId, privateFeature) };
  }

  /** @throws PluginContentMissingError when its file is not there */
  private async present(plugin: PluginView): Promise<PluginView> {
    if ((await this.store.sizeOf(plugin.sha256)) !== plugin.size) {
      throw new PluginContentMissingError(plugin.name, plugin.version);
    }
    return plugin;
  }

  /** Removes what a crash, or the end of an organization, has left. */
  private async sweep(): Promise<void> {
    await this.store.clearIncoming(false);
    for await (const hashes of this.store.hashes()) {
      const used = await usedContents(this.dataSource.manager, hashes);
      for (const hash of hashes) if (!used.has(hash)) await this.removeUnused(hash);
    }
  }

  private logSweep(error: unknown): void {
    this.log.warn({ err: error }, 'The plugin folder could not be tidied; next try in an hour');
  }
}

/**
 * What the form says goes before what the package says.
 *
 * @throws PluginMetadataMissingError
 */
function declared({ form }: UploadedPlugin, found: PluginMetadata): PluginMetadata & { name: string; version: string } {
  const name = form.name ?? usable(found.name, /^\P{Cc}{1,100}$/u);
  const version = form.version ?? usable(found.version, /^[\p{L}\p{N}][\p{L}\p{N}._+~-]{0,49}$/u);
  if (name === undefined || version === undefined) {
    const missing = [name === undefined && 'name', version === undefined && 'version'] as const;
    throw new PluginMetadataMissingError(
      missing.filter((field) => field !== false),
      { kind: found.kind, name, version },
    );
  }
  return { name, version, kind: form.kind ?? found.kind };
}

/** A manifest may say anything; what no form would accept counts as nothing. */
function usable(text: string | undefined, pattern: RegExp): string | undefined {
  return text !== undefined && pattern.test(text) ? text : undefined;
}

function viewOf(row: PluginRow): PluginView {
  const { id, name, version, kind, description, visibility, newest, packaging, jars, ...rest } = row;
  const fileName = packageFileName(row);
  return { id, name, version, kind, description, visibility, newest, packaging, jars, fileName, ...rest };
}
