import { Controller, type MessageEvent, Param, Req, Sse } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { type Observable } from 'rxjs';
import { type AuthenticatedRequest } from '../access/caller.js';
import { ApiProblems } from '../http/problem/api-problems.js';
import { IdPipe } from '../http/validation/validation.js';
import { Allow } from '../access/organization-permission.js';
import { EventsService } from './events.service.js';

@ApiTags('Organizations')
@Controller('api/v1/organizations/:organizationId')
export class EventsController {
  constructor(private readonly service: EventsService) {}

  @Sse('events')
  @Allow('organization.view')
  @ApiOperation({
    summary:
      'Follow an organization: server-sent events `changed` with the topics to fetch again, at most one a second, fewer while more than 50 clients follow',
  })
  @ApiProduces('text/event-stream')
  @ApiOkResponse({ type: String, description: 'Goes on until the caller leaves, or may not follow any more.' })
  @ApiProblems({ 429: '`too-many-event-streams`: the account has as many open as it may.' })
  events(
    @Req() request: AuthenticatedRequest,
    @Param('organizationId', IdPipe) organizationId: number,
  ): Observable<MessageEvent> {
    return this.service.follow(request, organizationId);
  }
}
