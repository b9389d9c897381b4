import { Body, Controller, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { SignedIn } from '../access/access.js';
import { type Caller, CallerOf } from '../access/caller.js';
import { KeyScopes } from '../access/key-scopes.js';
import { ApiProblems } from '../http/problem/api-problems.js';
import { BodyLimit } from '../http/limits/route-limits.js';
import { IdPipe } from '../http/validation.js';
import { Allow } from '../access/organization-permission.js';
import { ExecutionNotification, MailPreferences, SentNotification } from './dto/announcement.js';
import { ExecutionNotificationService } from './execution-notification.service.js';
import { MailPreferenceService } from './mail-preference.service.js';

@ApiTags('Mail')
@Controller('api/v1')
export class AnnouncementController {
  constructor(
    private readonly notifications: ExecutionNotificationService,
    private readonly preferences: MailPreferenceService,
  ) {}

  @Post('organizations/:organizationId/execution-notifications')
  @BodyLimit(64 * 1024)
  @Allow('execution-notification.send')
  @KeyScopes('seats')
  @HttpCode(202)
  @ApiOperation({ summary: 'Mail how a test run has ended, to members of the organization' })
  @ApiAcceptedResponse({ type: SentNotification })
  @ApiProblems({
    400: 'A wrong field, or somebody who is no member.',
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

  @Get('users/me/mail-preferences')
  @SignedIn()
  @ApiOperation({ summary: 'Which mails I do not want' })
  @ApiOkResponse({ type: MailPreferences })
  get(@CallerOf() caller: Caller): Promise<MailPreferences> {
    return this.preferences.get(caller.id);
  }

  @Put('users/me/mail-preferences')
  @SignedIn()
  @ApiOperation({ summary: 'Say which mails I do not want; those about the security of my account come anyway' })
  @ApiOkResponse({ type: MailPreferences })
  @ApiProblems({ 400: 'A kind of mail that does not exist or cannot be switched off.' })
  set(@CallerOf() caller: Caller, @Body() { muted }: MailPreferences): Promise<MailPreferences> {
    return this.preferences.set(caller.id, muted);
  }
}
