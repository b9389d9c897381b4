import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RootOnly } from '../access/access.js';
import { ServerClockView } from './dto/server-clock.js';
import { RecordedTimeService } from './recorded-time.service.js';

@ApiTags('Administration')
@Controller('api/v1/server-clock')
@RootOnly()
export class ServerClockController {
  constructor(private readonly recordedTime: RecordedTimeService) {}

  @Get()
  @ApiOperation({ summary: 'The time by which licenses count, and what was done when the clock was wrong' })
  @ApiOkResponse({ type: ServerClockView })
  get(): Promise<ServerClockView> {
    return this.recordedTime.clockState();
  }
}
