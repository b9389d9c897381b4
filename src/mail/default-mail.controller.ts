import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RootOnly } from '../access/access.js';
import { type Caller, CallerOf } from '../access/caller.js';
import { Confirmed } from '../access/confirmed.js';
import { ApiProblems } from '../http/problem/api-problems.js';
import { BodyLimit } from '../http/limits/route-limits.js';
import { IdPipe } from '../http/validation/validation.js';
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

/** The default mail server, for organizations without one and for what is about accounts, and its outbox. */
@ApiTags('Mail')
@Controller('api/v1')
@RootOnly()
export class DefaultMailController {
  constructor(private readonly mail: MailSettingsService) {}

  @Get('mail-server')
  @ApiOperation({ summary: 'The default mail server, without its password' })
  @ApiOkResponse({ type: MailServerView })
  @ApiProblems({ 404: 'No mail server is set up.' })
  get(): Promise<MailServerView> {
    return this.mail.get(null);
  }

  @Put('mail-server')
  @BodyLimit(160 * 1024)
  @Confirmed()
  @ApiOperation({ summary: 'Update the default mail server' })
  @ApiOkResponse({ type: MailServerView })
  @ApiProblems({
    400: 'A wrong field, or no password for another server or username.',
    409: '`stale-version`: changed by another user since it was read; `changes` says who.',
  })
  update(@CallerOf() caller: Caller, @Body() settings: MailServerSettings): Promise<MailServerView> {
    return this.mail.update(caller, null, settings);
  }

  @Delete('mail-server')
  @Confirmed()
  @HttpCode(204)
  @ApiOperation({ summary: 'Remove the default mail server' })
  @ApiNoContentResponse({ description: 'Removed.' })
  @ApiProblems({ 404: 'No mail server is set up.' })
  remove(@CallerOf() caller: Caller): Promise<void> {
    return this.mail.remove(caller, null);
  }

  @Post('mail-server/test')
  @HttpCode(200)
  @ApiOperation({ summary: 'Send a test mail, and hear what the mail server answers' })
  @ApiOkResponse({ type: MailTestResult })
  @ApiProblems({ 400: 'Not an e-mail address.', 404: 'No mail server is set up.', 429: 'Too many tests in a minute.' })
  test(@CallerOf() caller: Caller, @Body() { to }: MailTest): Promise<MailTestResult> {
    return this.mail.test(caller, null, to);
  }

  @Get('mail-server/outbox')
  @ApiOperation({ summary: 'List mails: waiting (with the reason), sent and failed' })
  @ApiOkResponse({ type: OutboxPage })
  outbox(@Query() query: OutboxQuery): Promise<OutboxPage> {
    return this.mail.outbox(null, query);
  }

  @Post('mail-server/outbox/:mailId/retry')
  @HttpCode(204)
  @ApiOperation({ summary: 'Try a mail again at once' })
  @ApiNoContentResponse({ description: 'It is tried at once.' })
  @ApiProblems({ 404: 'No such mail that is still to be sent.' })
  retry(@CallerOf() caller: Caller, @Param('mailId', IdPipe) mailId: number): Promise<void> {
    return this.mail.retry(caller, null, mailId);
  }

  @Post('mail-server/outbox/retry')
  @HttpCode(200)
  @ApiOperation({ summary: 'Try all mails again at once that have not been sent' })
  @ApiOkResponse({ type: RetriedMails })
  retryAll(@CallerOf() caller: Caller): Promise<RetriedMails> {
    return this.mail.retryAll(caller, null);
  }
}
