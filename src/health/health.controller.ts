import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { Public } from '../auth/access.js';
import { ApiProblems } from '../http/api-problems.js';
import { Draining } from '../http/draining.js';
import { DrainingError } from './draining.error.js';

export class HealthView {
  @ApiProperty({ example: 'ok' })
  status!: string;
}

@ApiTags('Operation')
@Controller('health')
@Public()
export class HealthController {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly draining: Draining,
  ) {}

  @Get('live')
  @ApiOperation({ summary: 'The process runs' })
  @ApiOkResponse({ type: HealthView })
  live(): HealthView {
    return { status: 'ok' };
  }

  /** The error of the database, when it does not answer, becomes a 503 like everywhere. */
  @Get('ready')
  @ApiOperation({ summary: 'The server can do its work: the database answers, and it is not about to stop' })
  @ApiOkResponse({ type: HealthView })
  @ApiProblems({ 503: 'The database does not answer, or the server is about to stop.' })
  async ready(): Promise<HealthView> {
    if (this.draining.isUnderWay) throw new DrainingError();
    await this.dataSource.query('SELECT 1');
    return { status: 'ok' };
  }
}
