import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { RootOnly } from '../access/access.js';
import { Clock } from '../clock/clock.js';
import { SETTINGS } from '../config/config.module.js';
import { type Settings } from '../config/settings.js';
import { StorageView } from './storage.dto.js';
import { storageOf } from './storage.js';

@ApiTags('Operation')
@Controller('api/v1')
@RootOnly()
export class StorageController {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Get('server-storage')
  @ApiOperation({ summary: 'How much room what takes, how fast it grows, and when the disk is full' })
  @ApiOkResponse({ type: StorageView })
  storage(): Promise<StorageView> {
    return storageOf(this.dataSource, this.settings, this.clock.now());
  }
}
