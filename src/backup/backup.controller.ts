import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RootOnly } from '../access/access.js';
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
}
