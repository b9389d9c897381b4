import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { SeatDivisionService } from '../../../license/pool/seat-division.service.js';
import { HeartbeatService } from '../renewal/heartbeat.service.js';
import { OutageError, QuotasOutdatedError } from './snapshot.js';

/** Brings up to date what a check-out counts on: the time at which a server was last alive, and the quotas. */
@Injectable()
export class SnapshotRefresh {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly division: SeatDivisionService,
    private readonly heartbeat: HeartbeatService,
  ) {}

  /** @throws the error itself when it is about something else */
  async after(error: unknown): Promise<void> {
    if (error instanceof OutageError) await this.heartbeat.touch();
    else if (error instanceof QuotasOutdatedError) {
      await this.dataSource.transaction((manager) => this.division.reallocate(manager));
    } else throw error;
  }
}
