import { Controller, Delete, Get, HttpCode, Param } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../../http/problem/api-problems.js';
import { UuidPipe } from '../../http/validation/validation.js';
import { SignedIn } from '../../access/access.js';
import { type Caller, CallerOf } from '../../access/caller.js';
import { PeopleOnly } from '../../access/key-scopes.js';
import { SessionView } from './dto/session.js';
import { SessionService } from './session.service.js';

@ApiTags('My account')
@Controller('api/v1/users/me/sessions')
@SignedIn()
export class SessionController {
  constructor(private readonly sessions: SessionService) {}

  @Get()
  @ApiOperation({ summary: 'List the browsers in which I am signed in' })
  @ApiOkResponse({ type: [SessionView] })
  list(@CallerOf() caller: Caller): Promise<SessionView[]> {
    return this.sessions.list(caller);
  }

  @Delete()
  @PeopleOnly()
  @HttpCode(204)
  @ApiOperation({ summary: 'Sign out everywhere: ends all my sessions and all tokens of programs; API keys stay' })
  @ApiNoContentResponse({ description: 'Signed out everywhere, here too.' })
  endAll(@CallerOf() caller: Caller): Promise<void> {
    return this.sessions.endAll(caller);
  }

  @Delete(':id')
  @PeopleOnly()
  @HttpCode(204)
  @ApiOperation({ summary: 'Sign out in one browser' })
  @ApiNoContentResponse({ description: 'Signed out there.' })
  @ApiProblems({ 404: 'You have no such session.' })
  end(@CallerOf() caller: Caller, @Param('id', UuidPipe) id: string): Promise<void> {
    return this.sessions.end(caller, id);
  }
}
