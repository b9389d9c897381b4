import { Inject, Injectable } from '@nestjs/common';
import { type Logger } from 'pino';
import { type Actor } from '../access/actor.js';
import { AuditService } from '../audit/audit.service.js';
import { afterCommit } from '../database/after-commit.js';
import { Clock } from '../clock/clock.js';
import { SETTINGS } from '../config/config.module.js';
import { type Settings } from '../config/settings.js';
import { type LicensePreview, licensePreview } from '../license/dto/license-preview.js';
import { Installation } from '../license/installation.entity.js';
import { LicenseInstallationService } from '../license/license-installation.service.js';
import { LOG } from '../log/log.module.js';
import { UserService } from '../user/user.service.js';
import { type DefaultAccount, type SetupState } from './dto/setup.js';
import { SetupProgress } from './setup-progress.js';

/** The first start: license file, then default account, then the server opens. */
@Injectable()
export class SetupService {
  constructor(
    private readonly progress: SetupProgress,
    private readonly installation: LicenseInstallationService,
    private readonly users: UserService,
    private readonly audit: AuditService,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(LOG) private readonly log: Logger,
  ) {}

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
  async license(text: string, actor: Actor): Promise<SetupState> {
    await this.progress.step('license-required', async (manager) => {
      await this.installation.install(manager, text, actor);
    });
    return 'account-required';
  }

  /** Issues the evaluation license, for those who have no license file yet. */
  async evaluation(actor: Actor): Promise<SetupState> {
    await this.progress.step('license-required', async (manager) => {
      await this.installation.installEvaluation(manager, actor);
    });
    return 'account-required';
  }

  /**
   * Creates the root administrator and opens the server.
   *
   * @throws LicenseRequiredError when there is no license yet
   * @throws AlreadySetUpError when another caller was faster
   */
  async account(account: DefaultAccount, actor: Actor): Promise<SetupState> {
    await this.progress.expect('account-required');
    const { email, firstName = '', lastName = '' } = account;
    const names = [firstName, lastName];
    const password = await this.users.acceptPassword(account.password, { email, names, address: actor.address });
    await this.progress.step('account-required', async (manager) => {
      const newUser = { email, password, firstName, lastName, root: true, verified: true };
      await this.users.create(manager, newUser, actor);
      await manager.update(Installation, { id: 1 }, { setupCompletedAt: this.clock.now() });
      await this.audit.record(manager, actor, { action: 'setup.completed', details: { email } });
      this.progress.completeAtCommit(manager);
      afterCommit(manager, () => this.log.info({ serverUrl: this.settings.serverUrl }, 'The server is set up'));
    });
    return 'ready';
  }
}
