import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type Logger } from 'pino';
import { DataSource, type EntityManager } from 'typeorm';
import { type Caller } from '../access/caller.js';
import { SETTINGS } from '../config/config.module.js';
import { type Settings } from '../config/settings.js';
import { asOneTransaction } from '../database/joined-transaction.js';
import { holdProvisioning } from '../database/locks.js';
import { LOG } from '../log/log.module.js';
import { SetupProgress } from '../setup/setup-progress.js';
import { IdentityProvisioning } from './identity-provisioning.js';
import { OrganizationProvisioning } from './organization-provisioning.js';
import { administrator, limitLockWaits } from './provisioning.queries.js';
import { type ProvisioningFiles, readProvisioningFiles } from './provisioning-files.js';
import { configuration, type ProvisionedChange, ProvisioningRun } from './provisioning-run.js';
import { ServerProvisioning } from './server-provisioning.js';

/** PostgreSQL's error code. */
const lockNotAvailable = '55P03';

/** Each holds up others for half a second at most. */
const maxAttempts = 20;

/** Applies the provisioning files, with the services that the routes use, in one transaction. */
@Injectable()
export class ProvisioningService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(LOG) private readonly log: Logger,
    private readonly progress: SetupProgress,
    private readonly server: ServerProvisioning,
    private readonly organizations: OrganizationProvisioning,
    private readonly identity: IdentityProvisioning,
  ) {}

  /**
   * Every start does this before the server answers.
   *
   * @throws ProvisioningError
   */
  async applyAtStart(): Promise<void> {
    for (const { kind, what, file, line } of await this.apply()) {
      this.log.info({ file, line }, kind === 'create' ? `Provisioned: ${what}` : `Provisioned: ${what} changed`);
    }
  }

  /**
   * Sets what the files name and leaves everything else alone. Of several servers that start at once, one does it and the others
   * find it done.
   *
   * @returns what has changed, or would change
   * @throws ProvisioningError when anything is wrong; then nothing has changed
   */
  async apply({ dryRun = false, env = process.env }: { dryRun?: boolean; env?: NodeJS.ProcessEnv } = {}): Promise<
    ProvisionedChange[]
  > {
    const folder = this.settings.provisioningDir;
    if (folder === undefined) return [];
    const isSetUp = (await this.progress.state()) === 'ready';
    const files = await readProvisioningFiles(folder, { env, isSetUp });
    const end = dryRun ? 'rollback' : 'commit';
    for (let attempt = 1; ; attempt++) {
      try {
        return await asOneTransaction(this.dataSource, (manager) => this.applyIn(manager, files), end);
      } catch (error) {
        if ((error as { code?: string }).code !== lockNotAvailable || attempt === maxAttempts) throw error;
      }
    }
  }

  private async applyIn(manager: EntityManager, files: ProvisioningFiles): Promise<ProvisionedChange[]> {
    await holdProvisioning(manager);
    await limitLockWaits(manager);
    const run = new ProvisioningRun();
    await this.server.apply(run, files, await this.progress.state(manager));
    await this.organizations.apply(run, files.organizations, await this.owner(manager, files));
    for (const place of files.identityProviders) await place.during(() => this.identity.apply(run, place));
    return run.changes;
  }

  /** Who owns the organizations that the files create: the administrator that they describe, else the oldest one. */
  private async owner(manager: EntityManager, files: ProvisioningFiles): Promise<Caller | undefined> {
    const found = await administrator(manager, files.administrator?.value.email);
    return found && { ...found, name: configuration.name, address: null };
  }
}
