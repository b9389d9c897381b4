import { Controller, Delete, Get, HttpCode, Param, Query, UseInterceptors } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { SignedIn } from '../../access/access.js';
import { type Caller, CallerOf } from '../../access/caller.js';
import { WithoutLeaseTokens } from '../../access/without-lease-tokens.js';
import { KeyScopes } from '../../access/key-scopes.js';
import { ApiProblems } from '../../http/problem/api-problems.js';
import { UuidPipe } from '../../http/validation/validation.js';
import { BorrowedSeatView, OnlineLicensePage, OnlineLicenseQuery } from './dto/lease.js';
import { HeldSeatAnswer } from './held-seat-answer.js';
import { LeaseReleaseService } from './ending/lease-release.service.js';
import { SeatService } from './seat.service.js';

/** One's own sessions, also those that were forgotten on another machine. */
@ApiTags('Leases')
@Controller('api/v1/users/me/leases')
@SignedIn()
@KeyScopes('seats')
@WithoutLeaseTokens()
export class MyLeaseController {
  constructor(
    private readonly seats: SeatService,
    private readonly releases: LeaseReleaseService,
  ) {}

  @Get()
  @KeyScopes('seats', 'read')
  @ApiOperation({ summary: 'List the seats that I hold, in all organizations and on all machines' })
  @ApiOkResponse({ type: OnlineLicensePage })
  list(@CallerOf() caller: Caller, @Query() query: OnlineLicenseQuery): Promise<OnlineLicensePage> {
    return this.seats.ofUser(caller.id, query);
  }

  @Delete(':leaseId')
  @HttpCode(204)
  @UseInterceptors(HeldSeatAnswer)
  @ApiOperation({ summary: 'End a session of mine on another machine; its client learns it at its next renewal' })
  @ApiNoContentResponse({ description: 'Ended, and its seat is free.' })
  @ApiOkResponse({ type: BorrowedSeatView, description: 'Ended, but the seat is borrowed: it stays taken.' })
  @ApiProblems({ 404: 'You hold no such seat.' })
  end(@CallerOf() caller: Caller, @Param('leaseId', UuidPipe) leaseId: string): Promise<Date | undefined> {
    return this.releases.endOwn(caller, leaseId);
  }
}
