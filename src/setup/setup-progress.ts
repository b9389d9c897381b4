import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type Logger } from 'pino';
import { DataSource, type EntityManager } from 'typeorm';
import { afterCommit } from '../database/after-commit.js';
import { lockInstallation } from '../database/locks.js';
import { LicenseService } from '../license/license.service.js';
import { LOG } from '../log/log.module.js';
import { type SetupState } from './dto/setup.js';
import { AlreadySetUpError, LicenseRequiredError } from './setup.errors.js';
import { SetupToken } from './setup-token.js';
import { stepsDone } from './setup.queries.js';

/** How far the setup is, and with which token it goes on. */
@Injectable()
export class SetupProgress implements OnModuleInit {
  /** Once done, done for good: the only state that is remembered. */
  private ready = false;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly licenses: LicenseService,
    private readonly token: SetupToken,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  async onModuleInit(): Promise<void> {
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
    const { done, licensed } = await stepsDone(manager);
    if (!done) return licensed ? 'account-required' : 'license-required';
    // Another server of this installation may have been the one that was set up.
    this.completeAtCommit(manager);
    return 'ready';
  }

  /** The setup is done for good when this transaction is: until then its token stays. */
  completeAtCommit(manager: EntityManager): void {
    afterCommit(manager, () => {
      this.ready = true;
      this.token.withdraw();
    });
  }

  /** @throws LicenseRequiredError, AlreadySetUpError */
  async expect(expected: SetupState): Promise<void> {
    checkState(expected, await this.state());
  }

  /**
   * Takes a step. Of two browsers at the same moment one waits for the other, and finds the step done.
   *
   * @throws LicenseRequiredError, AlreadySetUpError
   */
  async step(expected: SetupState, work: (manager: EntityManager) => Promise<void>): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      await lockInstallation(manager);
      checkState(expected, await this.state(manager));
      await work(manager);
    });
  }
}

/** @throws LicenseRequiredError, AlreadySetUpError */
function checkState(expected: SetupState, state: SetupState): void {
  if (state === expected) return;
  if (state === 'ready') throw new AlreadySetUpError();
  if (expected === 'account-required') throw new LicenseRequiredError();
  throw new AlreadySetUpError('A license is installed already. Create the default account next.');
}
