import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Caller, CallerOf } from '../access/caller.js';
import { KeyScopes } from '../access/key-scopes.js';
import { ApiProblems } from '../http/problem/api-problems.js';
import { BodyLimit } from '../http/limits/route-limits.js';
import { IdPipe } from '../http/validation/validation.js';
import { Allow } from '../access/organization-permission.js';
import { ExecutionNotification, SentNotification } from './dto/announcement.js';
import { ExecutionNotificationService } from './execution-notification.service.js';

@ApiTags('Mail')
@Controller('api/v1')
export class AnnouncementController {
  constructor(private readonly notifications: ExecutionNotificationService) {}

  @Post('organizations/:organizationId/execution-notifications')
  @BodyLimit(64 * 1024)
  @Allow('execution-notification.send')
  @KeyScopes('seats')
  @HttpCode(202)
  @ApiOperation({ summary: 'Mail how a test run has ended, to members of the organization' })
  @ApiAcceptedResponse({ type: SentNotification })
  @ApiProblems({
    400: 'A wrong field, or a recipient that is not a member.',
    409: 'There is no mail server.',
    429: 'Too many in a minute, or `too-many-mails-today`.',
  })
  notify(
    @CallerOf() caller: Caller,
    @Param('organizationId', IdPipe) organizationId: number,
    @Body() notification: ExecutionNotification,
  ): Promise<SentNotification> {
    return this.notifications.send(caller, organizationId, notification);
  }
}
