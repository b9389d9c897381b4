import { Inject, Injectable } from '@nestjs/common';
import { ArchiveService } from '../audit/evidence/archive/archive.service.js';
import { DeliveryService } from '../audit/evidence/delivery/delivery.service.js';
import { SealingService } from '../audit/evidence/sealing.service.js';
import { Clock } from '../clock/clock.js';
import { SETTINGS } from '../config/config.module.js';
import { type Settings } from '../config/settings.js';

const dayMillis = 86_400_000;

/** Removes old audit events, but none that is not in an archive and wherever else it is to be. */
@Injectable()
export class AuditRetention {
  constructor(
    private readonly archives: ArchiveService,
    private readonly delivery: DeliveryService,
    private readonly sealing: SealingService,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async removeOld(signal: AbortSignal): Promise<void> {
    const { auditRetentionDays: days } = this.settings;
    if (days === undefined) return;
    while (!signal.aborted && (await this.archives.archiveNext()));
    const before = new Date(this.clock.millis() - days * dayMillis);
    const safe = Math.min(await this.archives.archivedBlock(), (await this.delivery.deliveredBlock()) ?? Infinity);
    while (!signal.aborted && (await this.sealing.removeBlocks(before, safe)));
  }
}
