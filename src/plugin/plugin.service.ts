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
import {
  PluginContentMissingError,
  type PluginMetadata,
  PluginMetadataMissingError,
  PluginVersionExistsError,
  PrivatePluginsNotLicensedError,
} from './plugin.errors.js';
import { readPackage } from './plugin-package.js';
import { PluginStore, storageError } from './plugin-store.js';
import { checkUpload, type UploadedPlugin, uploadedPlugin } from './uploaded-plugin.js';
import { versionOrder } from './version-order.js';

type PluginRow = Omit<PluginView, 'fileName'>;

/** The packages that a caller sees: an organization's own come with the public ones. */
interface Shelf {
  /** Undefined: the public ones alone. */
  organizationId: number | undefined;
  /** Whether the organization's own are among them. */
  withPrivate: boolean;
}

const publicShelf: Shelf = { organizationId: undefined, withPrivate: false };

/** The feature of a license that allows private plugins. */
const privateFeature = 'private_plugin';

const sweepMillis = 60 * 60 * 1000;

/** Nothing is inserted where the version is there already, as people compare names. */
const insertionInSql = `
  INSERT INTO plugin (organization_id, name, version, version_order, kind, packaging, description, jars, size, sha256,
                      uploaded_by, uploaded_at)
  SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12
   WHERE NOT EXISTS (SELECT FROM plugin WHERE coalesce(organization_id, 0) = coalesce($1::bigint, 0)
                        AND fold_case(name) = fold_case($2) AND fold_case(version) = fold_case($3))
  ON CONFLICT DO NOTHING RETURNING id`;

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
      const [[plugin]] = await manager.query<[{ name: string; version: string; sha256: string }[], number]>(
        `DELETE FROM plugin WHERE id = $1 AND organization_id IS NOT DISTINCT FROM $2 RETURNING name, version, sha256`,
        [id, organizationId ?? null],
      );
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
    const [row] = await this.dataSource.query<PluginRow[]>(
      `SELECT ${columns} FROM ${tables} WHERE ${onShelf} AND p.id = $3`,
      [...parametersOf(shelf), id],
    );
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
    const rows = await this.dataSource.query<PluginRow[]>(
      `SELECT ${columns} FROM ${tables} WHERE ${onShelf} AND ${isNewest} ORDER BY fold_case(p.name), p.id`,
      parametersOf(shelf),
    );
    return Promise.all(rows.map((row) => this.present(viewOf(row))));
  }

  /** The file of a hash goes when no version refers to it (any more). */
  private async removeUnused(sha256: string): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      await holdUntilCommit(manager, 'plugin', sha256);
      const used = await manager.query<unknown[]>('SELECT FROM plugin WHERE sha256 = $1 LIMIT 1', [sha256]);
      if (used.length === 0) await this.store.remove(sha256);
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
        const [saved] = await manager.query<{ id: number }[]>(insertionInSql, [
          organizationId ?? null,
          name,
          version,
          versionOrder(version),
          kind,
          packaging,
          description,
          packaging === 'zip' ? jars : [packageFileName(plugin)],
          file.size,
          file.sha256,
          caller.id,
          this.clock.now(),
        ]);
        if (!saved) throw new PluginVersionExistsError(name, version);
        await this.audit.record(manager, caller, {
          action: 'plugin.uploaded',
          organizationId,
          targetType: 'plugin',
          targetId: saved.id,
          details: { name, version, kind, size: file.size, sha256: file.sha256 },
        });
        await this.store.keep(file);
        const shelf = { organizationId, withPrivate: true };
        const [row] = await manager.query<[PluginRow]>(
          `SELECT ${columns} FROM ${tables} WHERE ${onShelf} AND p.id = $3`,
          [...parametersOf(shelf), saved.id],
        );
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
    const [used] = await manager.query<{ bytes: number }[]>(
      'SELECT coalesce(sum(size), 0)::bigint AS bytes FROM plugin WHERE organization_id = $1',
      [organizationId],
    );
    const most = this.settings.pluginMaxTotalBytes;
    if ((used?.bytes ?? 0) + bytes > most) throw new LimitReachedError('plugin-quota-reached', most / 1024 / 1024);
  }

  private async page(shelf: Shelf, query: PluginQuery): Promise<PluginPage> {
    const page = await pageOfRows<PluginRow>(
      this.dataSource.manager,
      {
        select: columns,
        from: `${tables} WHERE ${onShelf} AND ($3::text IS NULL OR p.kind = $3)
                 AND ($4::boolean IS NOT TRUE OR ${isNewest})
                 AND ($5::text IS NULL OR strpos(fold_case(concat_ws(' ', p.name, p.version, p.description)), fold_case($5)) > 0)`,
        parameters: [...parametersOf(shelf), query.kind ?? null, query.newest ?? false, query.search ?? null],
        tieBreaker: 'fold_case(p.name), p.version_order DESC, p.id DESC',
      },
      query,
      {
        name: 'fold_case(p.name)',
        version: 'p.version_order',
        kind: 'p.kind',
        size: 'p.size',
        visibility: 'p.organization_id IS NOT NULL',
        uploadedAt: 'p.uploaded_at',
        uploadedBy: 'u.email',
      },
    );
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
      const rows = await this.dataSource.query<{ sha256: string }[]>(
        'SELECT DISTINCT sha256 FROM plugin WHERE sha256 = ANY($1)',
        [hashes],
      );
      const used = new Set(rows.map(({ sha256 }) => sha256));
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

/** $1: the organization, if it is one's shelf; $2: whether its own plugins are on it. */
function parametersOf({ organizationId, withPrivate }: Shelf): unknown[] {
  return [organizationId ?? null, withPrivate];
}

const onShelf = '(p.organization_id IS NULL OR ($2 AND p.organization_id = $1::bigint))';

/** Of all versions on the shelf: the organization's own before public ones, then the highest, then the latest. */
const isNewest = `NOT EXISTS (
  SELECT FROM plugin q
   WHERE fold_case(q.name) = fold_case(p.name) AND (q.organization_id IS NULL OR ($2 AND q.organization_id = $1::bigint))
     AND (q.organization_id IS NOT NULL, q.version_order, q.id) > (p.organization_id IS NOT NULL, p.version_order, p.id))`;

const columns = `p.id, p.name, p.version, p.kind, p.description, p.packaging, p.jars, p.size, p.sha256,
  CASE WHEN p.organization_id IS NULL THEN 'public' ELSE 'private' END AS visibility, ${isNewest} AS newest,
  u.email AS "uploadedBy", p.uploaded_at AS "uploadedAt"`;
const tables = 'plugin p LEFT JOIN user_account u ON u.id = p.uploaded_by';

function viewOf(row: PluginRow): PluginView {
  const { id, name, version, kind, description, visibility, newest, packaging, jars, ...rest } = row;
  const fileName = packageFileName(row);
  return { id, name, version, kind, description, visibility, newest, packaging, jars, fileName, ...rest };
}
