import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { Public } from '../auth/access.js';
import { ApiProblems } from '../http/api-problems.js';

export class HealthView {
  @ApiProperty({ example: 'ok' })
  status!: string;
}

@ApiTags('Operation')
@Controller('health')
@Public()
export class HealthController {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  @Get('live')
  @ApiOperation({ summary: 'The process runs' })
  @ApiOkResponse({ type: HealthView })
  live(): HealthView {
    return { status: 'ok' };
  }

  /** The error of the database, when it does not answer, becomes a 503 like everywhere. */
  @Get('ready')
  @ApiOperation({ summary: 'The server can do its work: the database answers' })
  @ApiOkResponse({ type: HealthView })
  @ApiProblems({ 503: 'The database does not answer.' })
  async ready(): Promise<HealthView> {
    await this.dataSource.query('SELECT 1');
    return { status: 'ok' };
  }
}
