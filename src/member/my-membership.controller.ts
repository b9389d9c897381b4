import { Controller, Delete, HttpCode, Param } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { SignedIn } from '../access/access.js';
import { type Caller, CallerOf } from '../access/caller.js';
import { ApiProblems } from '../http/problem/api-problems.js';
import { IdPipe } from '../http/validation/validation.js';
import { MemberService } from './member.service.js';

@ApiTags('My account')
@Controller('api/v1/users/me/organizations')
@SignedIn()
export class MyMembershipController {
  constructor(private readonly members: MemberService) {}

  @Delete(':organizationId')
  @HttpCode(204)
  @ApiOperation({ summary: 'Leave an organization: my sessions there end and my per-user seats return' })
  @ApiNoContentResponse({ description: 'Left.' })
  @ApiProblems({ 404: 'You are not a member of such an organization.', 409: 'You own it.' })
  leave(@CallerOf() caller: Caller, @Param('organizationId', IdPipe) organizationId: number): Promise<void> {
    return this.members.remove(caller, organizationId, caller.id);
  }
}
