import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Caller, CallerOf } from '../access/caller.js';
import { Confirmed } from '../access/confirmed.js';
import { ApiProblems } from '../http/problem/api-problems.js';
import { BodyLimit } from '../http/limits/route-limits.js';
import { IdPipe } from '../http/validation/validation.js';
import { Allow } from '../access/organization-permission.js';
import {
  MailServerSettings,
  MailServerView,
  MailTest,
  MailTestResult,
  OutboxPage,
  OutboxQuery,
  RetriedMails,
} from './dto/mail-server.js';
import { MailSettingsService } from './mail-settings.service.js';

/** The mail server and the outbox of an organization. */
@ApiTags('Mail')
@Controller('api/v1/organizations/:organizationId')
@Allow('mail.manage')
export class OrganizationMailController {
  constructor(private readonly mail: MailSettingsService) {}

  @Get('mail-server')
  @ApiOperation({ summary: "The organization's mail server, without its password" })
  @ApiOkResponse({ type: MailServerView })
  @ApiProblems({ 404: 'No mail server is set up, or no such organization.' })
  get(@Param('organizationId', IdPipe) organizationId: number): Promise<MailServerView> {
    return this.mail.get(organizationId);
  }

  @Put('mail-server')
  @BodyLimit(160 * 1024)
  @Confirmed()
  @ApiOperation({ summary: "Update the organization's mail server" })
  @ApiOkResponse({ type: MailServerView })
  @ApiProblems({
    400: 'A wrong field, or no password for another server or username.',
    409: '`stale-version`: changed by another user since it was read; `changes` says who.',
  })
  update(
    @CallerOf() caller: Caller,
    @Param('organizationId', IdPipe) organizationId: number,
    @Body() settings: MailServerSettings,
  ): Promise<MailServerView> {
    return this.mail.update(caller, organizationId, settings);
  }

  @Delete('mail-server')
  @Confirmed()
  @HttpCode(204)
  @ApiOperation({ summary: "Remove the organization's mail server" })
  @ApiNoContentResponse({ description: 'Removed.' })
  @ApiProblems({ 404: 'No mail server is set up, or no such organization.' })
  remove(@CallerOf() caller: Caller, @Param('organizationId', IdPipe) organizationId: number): Promise<void> {
    return this.mail.remove(caller, organizationId);
  }

  @Post('mail-server/test')
  @HttpCode(200)
  @ApiOperation({ summary: 'Send a test mail, and hear what the mail server answers' })
  @ApiOkResponse({ type: MailTestResult })
  @ApiProblems({
    400: 'Not an e-mail address.',
    404: 'No mail server is set up, or no such organization.',
    429: 'Too many tests in a minute.',
  })
  test(
    @CallerOf() caller: Caller,
    @Param('organizationId', IdPipe) organizationId: number,
    @Body() { to }: MailTest,
  ): Promise<MailTestResult> {
    return this.mail.test(caller, organizationId, to);
  }

  @Get('outbox')
  @ApiOperation({ summary: 'List mails: waiting (with the reason), sent and failed' })
  @ApiOkResponse({ type: OutboxPage })
  outbox(@Param('organizationId', IdPipe) organizationId: number, @Query() query: OutboxQuery): Promise<OutboxPage> {
    return this.mail.outbox(organizationId, query);
  }

  @Post('outbox/:mailId/retry')
  @HttpCode(204)
  @ApiOperation({ summary: 'Try a mail again at once' })
  @ApiNoContentResponse({ description: 'It is tried at once.' })
  @ApiProblems({ 404: 'No such mail that is still to be sent, or no such organization.' })
  retry(
    @CallerOf() caller: Caller,
    @Param('organizationId', IdPipe) organizationId: number,
    @Param('mailId', IdPipe) mailId: number,
  ): Promise<void> {
    return this.mail.retry(caller, organizationId, mailId);
  }

  @Post('outbox/retry')
  @HttpCode(200)
  @ApiOperation({ summary: 'Try all mails again at once that have not been sent' })
  @ApiOkResponse({ type: RetriedMails })
  retryAll(@CallerOf() caller: Caller, @Param('organizationId', IdPipe) organizationId: number): Promise<RetriedMails> {
    return this.mail.retryAll(caller, organizationId);
  }
}
