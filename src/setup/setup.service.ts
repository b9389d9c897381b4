import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type Logger } from 'pino';
import { setTimeout as delay } from 'node:timers/promises';
import { DataSource, type EntityManager } from 'typeorm';
import { type Actor } from '../access/actor.js';
import { AuditService } from '../audit/audit.service.js';
import { Clock } from '../clock/clock.js';
import { SETTINGS } from '../config/config.module.js';
import { type Settings } from '../config/settings.js';
import { DatabaseWatch } from '../database/database-watch.js';
import { trustAnchor } from '../config/trust-anchor.js';
import { serverVersion } from '../http/pages/server-package.js';
import { type LicensePreview, licensePreview } from '../license/dto/license-preview.js';
import { LicenseInstallationService } from '../license/license-installation.service.js';
import { LicenseService } from '../license/license.service.js';
import { LOG } from '../log/log.module.js';
import { UserService } from '../user/user.service.js';
import { type DefaultAccount, type InfoView, type SetupState } from './dto/setup.js';
import { AlreadySetUpError, LicenseRequiredError } from './setup.errors.js';
import { SetupToken } from './setup-token.js';

/** Milliseconds that a client waits for news of this server; without any, what was known last is true enough. */
const infoMillis = 1_000;

/** The first start: license file, then default account, then the server opens. */
@Injectable()
export class SetupService implements OnModuleInit {
  /** Once done, done for good: the only state that is remembered. */
  private ready = false;
  /** What a client is told as long as the database does not answer: one that gets anything else gives up. */
  private lastInfo: InfoView | undefined;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly licenses: LicenseService,
    private readonly installation: LicenseInstallationService,
    private readonly users: UserService,
    private readonly audit: AuditService,
    private readonly clock: Clock,
    private readonly token: SetupToken,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(LOG) private readonly log: Logger,
    private readonly database: DatabaseWatch,
  ) {}

  async onModuleInit(): Promise<void> {
    this.lastInfo = await this.readInfo();
    if ((await this.state()) === 'ready') {
      this.token.withdraw();
      return;
    }
    this.token.publish();
    if (!this.licenses.hasVendorKeys) {
      this.log.warn('No vendor key is configured (VENDOR_KEY_FILES): only the evaluation license can be used');
    }
  }

  /** The token, to print it; undefined once set up. */
  get pendingToken(): string | undefined {
    return this.ready ? undefined : this.token.value;
  }

  async isReady(): Promise<boolean> {
    return this.ready || (await this.state()) === 'ready';
  }

  async state(manager: EntityManager = this.dataSource.manager): Promise<SetupState> {
    if (this.ready) return 'ready';
    const rows = await manager.query<[{ done: boolean; licensed: boolean }]>(
      `SELECT setup_completed_at IS NOT NULL AS done, EXISTS (SELECT FROM license_file) AS licensed FROM installation`,
    );
    const { done, licensed } = rows[0];
    if (!done) return licensed ? 'account-required' : 'license-required';
    this.ready = true;
    // Another server of this installation may have been the one that was set up.
    this.token.withdraw();
    return 'ready';
  }

  /** Never waits for the database for long, and never fails on its account. */
  async info(): Promise<InfoView> {
    if (this.lastInfo && this.database.awaySeconds > 0) return this.lastInfo;
    const fresh = this.readInfo().then((info) => (this.lastInfo = info));
    if (!this.lastInfo) return fresh;
    const { lastInfo } = this;
    const known = (): InfoView => lastInfo;
    return Promise.race([fresh.catch(known), delay(infoMillis, undefined, { ref: false }).then(known)]);
  }

  private async readInfo(): Promise<InfoView> {
    const [installation] = await this.dataSource.query<[{ serverId: string }]>(
      'SELECT server_id AS "serverId" FROM installation',
    );
    const states = await this.licenses.states();
    return {
      name: 'License server',
      version: serverVersion,
      serverId: installation.serverId,
      serverUrl: this.settings.serverUrl,
      setup: await this.state(),
      evaluation: states.length > 0 && states.every(({ installed }) => installed.selfIssued),
      evaluationOffered: trustAnchor.evaluation,
      vendorKey: this.licenses.hasVendorKeys,
    };
  }

  /**
   * What a license file would grant.
   *
   * @throws LicenseFileError when it could not be installed
   */
  async preview(text: string): Promise<LicensePreview> {
    return licensePreview(await this.installation.preview(text));
  }

  /**
   * Installs the vendor's license file.
   *
   * @throws LicenseFileError
   * @throws AlreadySetUpError when this step is behind us
   */
  async license(text: string, address: string): Promise<SetupState> {
    await this.step('license-required', async (manager) => {
      await this.installation.install(manager, text, installer(address));
    });
    return 'account-required';
  }

  /** Issues the evaluation license, for those who have no license file yet. */
  async evaluation(address: string): Promise<SetupState> {
    await this.step('license-required', async (manager) => {
      await this.installation.installEvaluation(manager, installer(address));
    });
    return 'account-required';
  }

  /**
   * Creates the root administrator and opens the server.
   *
   * @throws LicenseRequiredError when there is no license yet
   * @throws AlreadySetUpError when another caller was faster
   */
  async account(account: DefaultAccount, address: string): Promise<SetupState> {
    expectState('account-required', await this.state());
    const { email, firstName = '', lastName = '' } = account;
    const names = [firstName, lastName];
    const password = await this.users.acceptPassword(account.password, { email, names, address });
    await this.step('account-required', async (manager) => {
      const newUser = { email, password, firstName, lastName, root: true, verified: true };
      await this.users.create(manager, newUser, installer(address));
      await manager.query('UPDATE installation SET setup_completed_at = $1', [this.clock.now()]);
      await this.audit.record(manager, installer(address), { action: 'setup.completed', details: { email } });
    });
    await this.state();
    this.log.info({ serverUrl: this.settings.serverUrl }, 'The server is set up');
    return 'ready';
  }

  /** Of two browsers at the same moment one waits for the other, and finds the step done. */
  private async step(expected: SetupState, work: (manager: EntityManager) => Promise<void>): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      await manager.query('SELECT FROM installation FOR UPDATE');
      expectState(expected, await this.state(manager));
      await work(manager);
    });
  }
}

/** @throws LicenseRequiredError, AlreadySetUpError */
function expectState(expected: SetupState, state: SetupState): void {
  if (state === expected) return;
  if (state === 'ready') throw new AlreadySetUpError();
  if (expected === 'account-required') throw new LicenseRequiredError();
  throw new AlreadySetUpError('A license is installed already. Create the default account next.');
}

function installer(address: string): Actor {
  return { id: null, name: 'setup', address };
}
