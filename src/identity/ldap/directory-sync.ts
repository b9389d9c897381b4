import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type Logger } from 'pino';
import { DataSource } from 'typeorm';
import { server } from '../../access/actor.js';
import { AuditService } from '../../audit/audit.service.js';
import { Clock } from '../../clock/clock.js';
import { PeriodicTask } from '../../concurrency/periodic-task.js';
import { tryUntilCommit } from '../../database/locks.js';
import { LOG } from '../../log/log.module.js';
import { IdentityProvider, type SyncOutcome } from '../identity-provider.entity.js';
import { linkedPeopleOf } from '../identity.queries.js';
import { Directories, type OpenDirectory } from './directories.js';
import { LeavingService } from '../leaving.service.js';

const syncMillis = 15 * 60_000;
/** The share of the people of a directory that can go at once. More than that is a mistake in the settings, or in the directory. */
const maxShare = 0.1;

/** Why people go, by their identity. */
type Gone = 'disabled' | 'expired' | 'removed';

/**
 * Compares the people of the directories with the accounts: those that a directory has disabled or removed lose what they hold. One
 * server does it at a time.
 */
@Injectable()
export class DirectorySync implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly task: PeriodicTask;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly directories: Directories,
    private readonly leaving: LeavingService,
    private readonly audit: AuditService,
    private readonly clock: Clock,
    @Inject(LOG) log: Logger,
  ) {
    this.task = new PeriodicTask(
      (signal) => this.run(signal),
      syncMillis,
      (error) => log.warn({ err: error }, 'The people of the directories could not be compared with the accounts'),
    );
  }

  onApplicationBootstrap(): void {
    this.task.startBy(this.clock);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.task.stop();
  }

  private async run(signal: AbortSignal): Promise<void> {
    for (const open of await this.directories.enabled()) {
      if (signal.aborted) return;
      const runner = this.dataSource.createQueryRunner();
      try {
        await runner.startTransaction();
        // Until this transaction ends no other server compares; what changes has transactions of its own.
        if (await tryUntilCommit(runner.manager, 'sync of', open.provider.id)) await this.compare(open, signal);
        await runner.commitTransaction();
      } finally {
        await runner.release();
      }
    }
  }

  private async compare({ provider, directory }: OpenDirectory, signal: AbortSignal): Promise<void> {
    const { manager } = this.dataSource;
    const identities = await linkedPeopleOf(manager, provider.id);
    const linked = identities.length;
    if (linked === 0) return this.finish(provider, { linked, removed: 0, problem: null });
    const closed = new Map<string, Gone | undefined>();
    try {
      await directory.eachPerson((people) => {
        for (const { subject, closed: why } of people) closed.set(subject, why);
      });
    } catch (error) {
      const cause = (error as Error).cause ?? error;
      return this.finish(provider, { linked, removed: 0, problem: (cause as Error).message.slice(0, 500) });
    }
    const going = identities
      .filter((each) => !each.ended)
      .map((each) => ({ ...each, why: closed.has(each.subject) ? closed.get(each.subject) : ('removed' as const) }))
      .filter((each) => each.why !== undefined);
    if (going.length > Math.max(1, Math.floor(linked * maxShare))) {
      const problem = `${going.length} of ${linked} people would lose their access, which is more than a tenth, so no account was changed.`;
      return this.finish(provider, { linked, removed: 0, problem });
    }
    let removed = 0;
    for (const { userId, why } of going) {
      if (signal.aborted || why === undefined) break;
      await this.leaving.leave(provider, userId, why);
      removed++;
    }
    await this.finish(provider, { linked, removed, problem: null });
  }

  private async finish({ id, name, lastSync }: OpenDirectory['provider'], outcome: SyncOutcome): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const before = await manager.findOneBy(IdentityProvider, { id });
      if (!before) return;
      await manager.update(IdentityProvider, { id }, { lastSyncAt: this.clock.now(), lastSync: outcome });
      // A problem is told once, not every quarter of an hour.
      const isNews = outcome.problem !== null && outcome.problem !== (before.lastSync ?? lastSync)?.problem;
      if (!isNews && outcome.removed === 0) return;
      await this.audit.record(manager, server, {
        action: isNews ? 'identity.sync-refused' : 'identity.synced',
        targetType: 'identity-provider',
        targetId: id,
        details: { name, ...outcome },
      });
    });
  }
}
