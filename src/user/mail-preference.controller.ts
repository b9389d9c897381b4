import { Body, Controller, Get, Put } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { SignedIn } from '../access/access.js';
import { type Caller, CallerOf } from '../access/caller.js';
import { ApiProblems } from '../http/problem/api-problems.js';
import { MailPreferenceChange, MailPreferences } from './dto/mail-preferences.js';
import { MailPreferenceService } from './mail-preference.service.js';

@ApiTags('Mail')
@Controller('api/v1/users/me/mail-preferences')
@SignedIn()
export class MailPreferenceController {
  constructor(private readonly preferences: MailPreferenceService) {}

  @Get()
  @ApiOperation({ summary: 'Which mails I do not want, and their language' })
  @ApiOkResponse({ type: MailPreferences })
  get(@CallerOf() caller: Caller): Promise<MailPreferences> {
    return this.preferences.get(caller.id);
  }

  @Put()
  @ApiOperation({ summary: 'Choose my mails and their language; mails about the security of my account always come' })
  @ApiOkResponse({ type: MailPreferences })
  @ApiProblems({ 400: 'A kind of mail that does not exist or cannot be turned off, or an unknown language.' })
  set(@CallerOf() caller: Caller, @Body() change: MailPreferenceChange): Promise<MailPreferences> {
    return this.preferences.set(caller.id, change);
  }
}
