import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { setTimeout as delay } from 'node:timers/promises';
import { Gauge } from 'prom-client';
import { Public } from '../access/access.js';
import { Clock } from '../clock/clock.js';
import { SETTINGS } from '../config/config.module.js';
import { type Settings } from '../config/settings.js';
import { DatabaseWatch } from '../database/database-watch.js';
import { type DiskState, diskStates, DiskWatch } from '../database/disk-watch.js';
import { ApiProblems } from '../http/problem/api-problems.js';
import { disconnectSignal } from '../http/disconnect-signal.js';
import { Draining } from '../http/draining.js';
import { Metrics } from '../metrics/metrics.js';
import { DatabaseAwayError } from './database-away.error.js';
import { DrainingError } from './draining.error.js';
import { LateAnswersTakenError } from './late-answers-taken.error.js';

/** Milliseconds that a balancer waits for news of the database; without any, what was known last counts. */
const timeoutMillis = 1_000;

/** Late answers that are under way at the same time; a caller needs one. */
const lateAnswersAtOnce = 4;

export class HealthView {
  @ApiProperty({ example: 'ok' })
  status!: string;
}

export class ReadinessView extends HealthView {
  @ApiProperty({ enum: ['up', 'away'], description: '`away`: requests wait for it.' })
  database!: 'up' | 'away';

  @ApiProperty({ example: 0, description: 'Seconds for which the database has not answered.' })
  databaseAwaySeconds!: number;

  @ApiProperty({ enum: diskStates, description: 'The disk of the data folder; `full`: hardly anything can be saved.' })
  disk!: DiskState;
}

@ApiTags('Operation')
@Controller('health')
@Public()
export class HealthController {
  private lateAnswers = 0;

  constructor(
    private readonly database: DatabaseWatch,
    private readonly disk: DiskWatch,
    private readonly draining: Draining,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
    { registry }: Metrics,
  ) {
    const isReady = (): boolean => !this.draining.isUnderWay && !this.isAwayTooLong;
    new Gauge({
      name: 'license_server_ready',
      help: '1: requests are to be sent to this server; 0: it is about to stop, or its database is away for too long',
      registers: [registry],
      collect() {
        this.set(isReady() ? 1 : 0);
      },
    });
  }

  @Get('live')
  @ApiOperation({ summary: 'The process runs' })
  @ApiOkResponse({ type: HealthView })
  live(): HealthView {
    return { status: 'ok' };
  }

  /** All servers lose their database at once: a balancer that empties itself then loses every client. */
  @Get('ready')
  @ApiOperation({
    summary:
      'The server is to be sent requests: its database is there or will soon be back, and it is not about to stop',
  })
  @ApiOkResponse({ type: ReadinessView })
  @ApiProblems({
    503: 'The database has been away for longer than CLIENT_HOLD_SECONDS, or the server is about to stop.',
  })
  async ready(): Promise<ReadinessView> {
    if (this.draining.isUnderWay) throw new DrainingError();
    await this.disk.look();
    await Promise.race([this.database.look(), delay(timeoutMillis, undefined, { ref: false })]);
    const { awaySeconds } = this.database;
    if (this.isAwayTooLong) throw new DatabaseAwayError(awaySeconds, this.disk.state);
    return {
      status: 'ok',
      database: awaySeconds > 0 ? 'away' : 'up',
      databaseAwaySeconds: awaySeconds,
      disk: this.disk.state,
    };
  }

  /** As late as one to a client that waited for the database: `license-server doctor` asks for it through the proxies. */
  @Get('late')
  @ApiOperation({ summary: 'An answer that comes after CLIENT_HOLD_SECONDS, to see whether a proxy waits for it' })
  @ApiOkResponse({ type: HealthView })
  @ApiProblems({ 503: 'Others wait for such an answer already.' })
  async late(@Res({ passthrough: true }) reply: FastifyReply): Promise<HealthView> {
    if (this.lateAnswers >= lateAnswersAtOnce) throw new LateAnswersTakenError();
    this.lateAnswers++;
    try {
      await this.clock.wait(this.settings.clientHoldSeconds * 1000, disconnectSignal(reply));
    } finally {
      this.lateAnswers--;
    }
    return { status: 'ok' };
  }

  private get isAwayTooLong(): boolean {
    return this.database.awaySeconds > this.settings.clientHoldSeconds;
  }
}
