import { Body, Controller, Get, Put } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { SignedIn } from '../access/access.js';
import { type Caller, CallerOf } from '../access/caller.js';
import { ApiProblems } from '../http/problem/api-problems.js';
import { MailPreferences } from './dto/mail-preferences.js';
import { MailPreferenceService } from './mail-preference.service.js';

@ApiTags('Mail')
@Controller('api/v1/users/me/mail-preferences')
@SignedIn()
export class MailPreferenceController {
  constructor(private readonly preferences: MailPreferenceService) {}

  @Get()
  @ApiOperation({ summary: 'Which mails I do not want' })
  @ApiOkResponse({ type: MailPreferences })
  get(@CallerOf() caller: Caller): Promise<MailPreferences> {
    return this.preferences.get(caller.id);
  }

  @Put()
  @ApiOperation({ summary: 'Say which mails I do not want; those about the security of my account come anyway' })
  @ApiOkResponse({ type: MailPreferences })
  @ApiProblems({ 400: 'A kind of mail that does not exist or cannot be switched off.' })
  set(@CallerOf() caller: Caller, @Body() { muted }: MailPreferences): Promise<MailPreferences> {
    return this.preferences.set(caller.id, muted);
  }
}
