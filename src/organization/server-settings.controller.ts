import { Body, Controller, Get, Patch } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RootOnly } from '../access/access.js';
import { type Caller, CallerOf } from '../access/caller.js';
import { Confirmed } from '../access/confirmed.js';
import { ApiProblems } from '../http/problem/api-problems.js';
import { ServerSettings, ServerSettingsChange } from './dto/server-settings.js';
import { OrganizationPolicy } from './organization-policy.js';

@ApiTags('Administration')
@Controller('api/v1/server-settings')
@RootOnly()
export class ServerSettingsController {
  constructor(private readonly policy: OrganizationPolicy) {}

  @Get()
  @ApiOperation({ summary: 'What the server allows its users' })
  @ApiOkResponse({ type: ServerSettings })
  get(): Promise<ServerSettings> {
    return this.policy.settings();
  }

  @Patch()
  @Confirmed((body) => (body as Partial<ServerSettingsChange> | null)?.requireSecondFactor !== undefined)
  @ApiOperation({
    summary: 'Say who may create organizations and who has to have a second factor, and name the server',
  })
  @ApiOkResponse({ type: ServerSettings })
  @ApiProblems({
    400: 'A value that does not exist.',
    409: '`stale-version`: changed by another user since it was read; `changes` says who.',
  })
  async change(@CallerOf() caller: Caller, @Body() settings: ServerSettingsChange): Promise<ServerSettings> {
    await this.policy.change(caller, settings);
    return this.get();
  }
}
