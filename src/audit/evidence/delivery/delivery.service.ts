import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type Logger } from 'pino';
import { DataSource, type EntityManager } from 'typeorm';
import { Clock } from '../../../clock/clock.js';
import { SETTINGS } from '../../../config/config.module.js';
import { type Settings } from '../../../config/settings.js';
import { LOG } from '../../../log/log.module.js';
import { AuditDelivery } from './audit-delivery.entity.js';
import { accountsById, lockDestination } from './delivery.queries.js';
import { type StoredCheckpoint } from '../chain-verifier.js';
import { type StoredBlock } from '../stored-block.js';
import { DatabaseChain } from '../database-chain.js';
import { AuditFile, DatagramSyslog, type Destination, StreamSyslog } from './destination.js';
import { nameless, type OutgoingRecord, recordsOf } from './outgoing-record.js';
import { SealingService } from '../sealing.service.js';

/**
 * Sends what is sealed to syslog and to a file: block by block, in their order, at least once. The database remembers what a
 * destination has, so an outage of it loses nothing, and neither does a server that is killed.
 */
@Injectable()
export class DeliveryService {
  readonly destinations: readonly Destination[];
  private readonly running = new Map<Destination, Promise<void>>();
  private readonly failing = new Set<Destination>();

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly clock: Clock,
    @Inject(SETTINGS) { auditSyslog, auditSyslogCa: ca, auditFile }: Settings,
    @Inject(LOG) private readonly log: Logger,
    sealing: SealingService,
  ) {
    const syslog = auditSyslog && { ...auditSyslog, ca };
    this.destinations = [
      ...(syslog ? [syslog.protocol === 'udp' ? new DatagramSyslog(syslog) : new StreamSyslog(syslog)] : []),
      ...(auditFile ? [new AuditFile(auditFile)] : []),
    ];
    if (this.destinations.length > 0) sealing.whenSealed(() => this.deliver());
  }

  /** The last block that every destination has; undefined: there is no destination. */
  async deliveredBlock(): Promise<number | undefined> {
    if (this.destinations.length === 0) return undefined;
    const cursors = await Promise.all(this.destinations.map(({ name }) => cursorOf(this.dataSource.manager, name)));
    return Math.min(...cursors.map(({ block }) => block));
  }

  /** Delivers all that is sealed, unless that is under way. */
  private async deliver(): Promise<void> {
    await Promise.all(
      this.destinations.map((destination) => {
        const work = this.running.get(destination) ?? this.deliverTo(destination);
        this.running.set(destination, work);
        return work.finally(() => this.running.delete(destination));
      }),
    );
  }

  private async deliverTo(destination: Destination): Promise<void> {
    try {
      while (await this.deliverNext(destination));
      if (this.failing.delete(destination)) this.log.info(`The audit log leaves again: ${destination.name}`);
    } catch (error) {
      if (!this.failing.has(destination)) {
        this.log.warn({ err: error }, `The audit log cannot leave; it is kept and tried again: ${destination.name}`);
      }
      this.failing.add(destination);
    }
  }

  /** @returns whether there may be more */
  private deliverNext(destination: Destination): Promise<boolean> {
    const { name } = destination;
    // While it waits for the destination it has no transaction id, and sealing goes on.
    return this.dataSource.transaction(async (manager) => {
      if (!(await lockDestination(manager, name))) return false;
      const cursor = await cursorOf(manager, name);
      const chain = new DatabaseChain(manager, () => Promise.resolve(undefined));
      const { value: block } = await chain.blocks(cursor.block).next();
      const reached = block?.number ?? cursor.block;
      const checkpoints = (await chain.checkpoints(cursor.checkpoint)).filter((each) => each.block <= reached);
      if (!block && checkpoints.length === 0) return false;
      await destination.send(await this.recordsIn(manager, block, checkpoints));
      const checkpoint = checkpoints.at(-1)?.number ?? cursor.checkpoint;
      await manager.upsert(
        AuditDelivery,
        { destination: name, block: reached, checkpoint, deliveredAt: this.clock.now() },
        ['destination'],
      );
      return true;
    });
  }

  private async recordsIn(
    manager: EntityManager,
    block: StoredBlock | undefined,
    checkpoints: readonly StoredCheckpoint[],
  ): Promise<OutgoingRecord[]> {
    const signed = checkpoints.map((checkpoint) => ({ type: 'checkpoint' as const, ...checkpoint }));
    if (!block) return signed;
    const holders = await accountsById(manager, nameless(block));
    return [...recordsOf(block, new Map(holders.map(({ id, email }) => [id, email]))), ...signed];
  }
}

async function cursorOf(manager: EntityManager, destination: string): Promise<{ block: number; checkpoint: number }> {
  return (await manager.findOneBy(AuditDelivery, { destination })) ?? { block: 0, checkpoint: 0 };
}
