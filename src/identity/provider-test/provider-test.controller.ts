import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RootOnly } from '../../access/access.js';
import { type Caller, CallerOf } from '../../access/caller.js';
import { ApiProblems } from '../../http/problem/api-problems.js';
import { IdPipe } from '../../http/validation/validation.js';
import { ProviderTest, ProviderTestRequest } from '../dto/provider-test.js';
import { ProviderTestService } from './provider-test.service.js';

@ApiTags('Identity providers')
@Controller('api/v1/identity-providers/:providerId/test')
@RootOnly()
export class ProviderTestController {
  constructor(private readonly tests: ProviderTestService) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'Try a provider as it is stored: each step, and what the provider said' })
  @ApiOkResponse({ type: ProviderTest, description: 'Also when a step has failed.' })
  @ApiProblems({ 404: 'No such provider.' })
  run(
    @CallerOf() caller: Caller,
    @Param('providerId', IdPipe) id: number,
    @Body() request: ProviderTestRequest,
  ): Promise<ProviderTest> {
    return this.tests.run(caller, id, request);
  }
}
