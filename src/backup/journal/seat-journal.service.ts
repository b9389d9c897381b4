import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type Logger } from 'pino';
import { DataSource } from 'typeorm';
import { GroupCommit } from '../../concurrency/group-commit.js';
import { SETTINGS } from '../../config/config.module.js';
import { type Settings } from '../../config/settings.js';
import { rowsOf } from '../../database/query.js';
import { LOG } from '../../log/log.module.js';
import {
  aboutWhat,
  appendToJournal,
  journalFile,
  type JournalLine,
  type LongSeat,
  newestLines,
  readJournal,
  rewriteJournal,
  seatOf,
} from './seat-journal.js';
import { journalServer, longSeats, type LongSeatRow, type WhichSeats } from './seat-journal.queries.js';

/**
 * Writes down beside the database which seats are out for long, so that a restore of an older backup in the same data
 * folder counts them. Each server keeps its own, of what it hands out itself and of all that is out when it starts.
 */
@Injectable()
export class SeatJournal implements OnModuleInit {
  private readonly file: string;
  /** Until when each seat is out, as the journal has it: milliseconds since 1970. */
  private readonly known = new Map<string, number>();
  private serverId: string | undefined;
  private readonly appends = new GroupCommit<JournalLine, void>(
    async (lines) => {
      await appendToJournal(this.file, lines);
      return lines.map(() => ({ result: undefined }));
    },
    () => false,
  );

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    @Inject(SETTINGS) { dataDir }: Settings,
    @Inject(LOG) private readonly log: Logger,
  ) {
    this.file = journalFile(dataDir);
  }

  /** A server starts without its journal, too: no token of a seat that is out for long leaves it then. */
  async onModuleInit(): Promise<void> {
    try {
      await this.bringUpToDate();
    } catch (error) {
      this.log.error({ err: error, file: this.file }, 'The journal of borrowed and offline seats cannot be written');
    }
  }

  /**
   * To be called before a token of a borrowed seat leaves the server.
   *
   * @param until when the token ends
   */
  async borrowed(leaseId: string, until: Date): Promise<void> {
    if ((this.known.get(`lease ${leaseId}`) ?? 0) >= until.getTime()) return;
    await this.writeDown({ leaseId });
  }

  /** To be called before an offline license leaves the server. */
  async issued(organizationId: number, machineId: string): Promise<void> {
    await this.writeDown({ organizationId, machineId });
  }

  /** @param until when the token that came back would have ended, which its claims say in whole seconds */
  async returned(leaseId: string, until: number): Promise<void> {
    const returned = { leaseId, expiresAt: new Date(until * 1000 + 999).toISOString() };
    await this.appends.add({ serverId: await this.ownId(), returned });
  }

  private async writeDown(which: WhichSeats): Promise<void> {
    const serverId = await this.ownId();
    const lines = (await this.longSeats(which)).map((out) => ({ serverId, out }));
    const fresh = lines.filter(({ out }) => Date.parse(out.expiresAt) > (this.known.get(seatOf(out)) ?? 0));
    await Promise.all(fresh.map((line) => this.appends.add(line)));
    this.remember(fresh);
  }

  /** Adds what the database knows, and leaves out what has ended. */
  private async bringUpToDate(): Promise<void> {
    const [row] = await rowsOf<{ serverId: string; now: Date }>(this.dataSource, journalServer);
    if (!row) return;
    const { serverId, now } = row;
    this.serverId = serverId;
    const found = readJournal(this.file);
    const out = (await this.longSeats(undefined)).map((seat) => ({ serverId, out: seat }));
    const lines = newestLines([...(found?.lines ?? []), ...out]).filter(
      (line) => Date.parse(aboutWhat(line).expiresAt) > now.getTime(),
    );
    // Also without any seat: a restore tells a folder with a journal from one without.
    await rewriteJournal(this.file, lines);
    this.remember(lines.filter((line) => line.serverId === serverId));
  }

  private remember(lines: readonly JournalLine[]): void {
    for (const line of lines) {
      const about = aboutWhat(line);
      if ('out' in line) this.known.set(seatOf(about), Date.parse(about.expiresAt));
    }
  }

  private async longSeats(which: WhichSeats): Promise<LongSeat[]> {
    const rows = await rowsOf<LongSeatRow>(this.dataSource, longSeats(which));
    return rows.map((row) => ({ ...row, expiresAt: row.expiresAt.toISOString() }));
  }

  private async ownId(): Promise<string> {
    if (this.serverId === undefined) {
      const [row] = await rowsOf<{ serverId: string }>(this.dataSource, journalServer);
      this.serverId = row?.serverId;
    }
    if (this.serverId === undefined) throw new Error('The database names no server');
    return this.serverId;
  }
}
