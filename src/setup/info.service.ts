import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { setTimeout as delay } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { SETTINGS } from '../config/config.module.js';
import { type Settings } from '../config/settings.js';
import { trustAnchor } from '../config/trust-anchor.js';
import { brandOf } from '../branding/branding.queries.js';
import { DatabaseWatch } from '../database/database-watch.js';
import { serverVersion } from '../http/pages/server-package.js';
import { SignInMethodsService } from '../identity/sign-in-methods.service.js';
import { Installation } from '../license/installation.entity.js';
import { LicenseService } from '../license/license.service.js';
import { type InfoView } from './dto/setup.js';
import { SetupProgress } from './setup-progress.js';

/** Milliseconds that a client waits for news of this server; without any, what was known last is true enough. */
const infoMillis = 1_000;

/** What the server tells every client about itself. */
@Injectable()
export class InfoService implements OnModuleInit {
  /** What a client is told as long as the database does not answer: one that gets anything else gives up. */
  private lastInfo: InfoView | undefined;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly licenses: LicenseService,
    private readonly progress: SetupProgress,
    private readonly database: DatabaseWatch,
    private readonly signInMethods: SignInMethodsService,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async onModuleInit(): Promise<void> {
    this.lastInfo = await this.read();
  }

  /** Never waits for the database for long, and never fails on its account. */
  async get(): Promise<InfoView> {
    if (this.lastInfo && this.database.awaySeconds > 0) return this.lastInfo;
    const fresh = this.read().then((info) => (this.lastInfo = info));
    if (!this.lastInfo) return fresh;
    const { lastInfo } = this;
    const known = (): InfoView => lastInfo;
    return Promise.race([fresh.catch(known), delay(infoMillis, undefined, { ref: false }).then(known)]);
  }

  private async read(): Promise<InfoView> {
    const { serverId } = await this.dataSource.manager.findOneOrFail(Installation, {
      where: { id: 1 },
      select: { serverId: true },
    });
    const states = await this.licenses.states();
    return {
      name: 'License server',
      version: serverVersion,
      serverId,
      serverUrl: this.settings.serverUrl,
      setup: await this.progress.state(),
      evaluation: states.length > 0 && states.every(({ installed }) => installed.selfIssued),
      evaluationOffered: trustAnchor.evaluation,
      vendorKey: this.licenses.hasVendorKeys,
      ...(await this.brand()),
      signInMethods: await this.signInMethods.get(),
    };
  }

  private async brand(): Promise<Pick<InfoView, 'siteName' | 'logo'>> {
    const { name: siteName, logo } = await brandOf(this.dataSource.manager, null);
    return { siteName, logo };
  }
}
