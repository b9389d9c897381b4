import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RootOnly } from '../access/access.js';
import { type Caller, CallerOf } from '../access/caller.js';
import { Confirmed } from '../access/confirmed.js';
import { ApiProblems } from '../http/problem/api-problems.js';
import { BackupSchedule } from './backup-schedule.js';
import { BackupsView } from './backup.dto.js';

@ApiTags('Operation')
@Controller('api/v1')
@RootOnly()
export class BackupController {
  constructor(private readonly schedule: BackupSchedule) {}

  @Get('server-backups')
  @ApiOperation({ summary: 'The last backup, and when the next one is due' })
  @ApiOkResponse({ type: BackupsView })
  backups(): Promise<BackupsView> {
    return this.schedule.state();
  }

  @Post('server-backups')
  @Confirmed()
  @HttpCode(202)
  @ApiOperation({ summary: 'Begin a backup now, in the folder of the daily ones; it stays until you delete it' })
  @ApiAcceptedResponse({ type: BackupsView, description: 'It is under way; the list says when it is made.' })
  @ApiProblems({ 409: '`no-backup-folder`: `BACKUP_DIR` is not set. `backup-under-way`: one at a time.' })
  begin(@CallerOf() caller: Caller): Promise<BackupsView> {
    this.schedule.begin(caller);
    return this.schedule.state();
  }
}
