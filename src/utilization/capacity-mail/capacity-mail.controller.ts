import { Controller, Delete, Get, HttpCode, Param, Put } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { SignedIn } from '../../access/access.js';
import { type Caller, CallerOf } from '../../access/caller.js';
import { PeopleOnly } from '../../access/key-scopes.js';
import { Allow } from '../../access/organization-permission.js';
import { IdPipe } from '../../http/validation/validation.js';
import { CapacityMailView } from '../dto/capacity-mail.js';
import { CapacityMailService } from './capacity-mail.service.js';

@ApiTags('Utilization')
@Controller('api/v1')
export class CapacityMailController {
  constructor(private readonly capacityMails: CapacityMailService) {}

  @Get('users/me/capacity-mails')
  @SignedIn()
  @ApiOperation({ summary: 'Of which organizations I get the capacity by mail each month, and of which I could' })
  @ApiOkResponse({ type: [CapacityMailView] })
  list(@CallerOf() caller: Caller): Promise<CapacityMailView[]> {
    return this.capacityMails.list(caller);
  }

  @Put('organizations/:organizationId/capacity/mail')
  @HttpCode(204)
  @Allow('utilization.view')
  @PeopleOnly()
  @ApiOperation({ summary: 'Mail me the capacity each month; the first mail comes at the beginning of the next one' })
  @ApiNoContentResponse({ description: 'You get the mail.' })
  subscribe(@CallerOf() caller: Caller, @Param('organizationId', IdPipe) organizationId: number): Promise<void> {
    return this.capacityMails.subscribe(caller.id, organizationId);
  }

  @Delete('organizations/:organizationId/capacity/mail')
  @HttpCode(204)
  @Allow('utilization.view')
  @PeopleOnly()
  @ApiOperation({ summary: 'Do not mail me the capacity any more' })
  @ApiNoContentResponse({ description: 'You do not get the mail.' })
  unsubscribe(@CallerOf() caller: Caller, @Param('organizationId', IdPipe) organizationId: number): Promise<void> {
    return this.capacityMails.unsubscribe(caller.id, organizationId);
  }
}
