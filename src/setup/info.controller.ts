import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Public } from '../access/access.js';
import { InfoView } from './dto/setup.js';
import { InfoService } from './info.service.js';

@ApiTags('Operation')
@Controller('info')
export class InfoController {
  constructor(private readonly infos: InfoService) {}

  @Get()
  @Public()
  @ApiOperation({ summary: 'What server is this, and is it set up' })
  @ApiOkResponse({ type: InfoView })
  info(): Promise<InfoView> {
    return this.infos.get();
  }
}
