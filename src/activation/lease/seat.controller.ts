import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, UseInterceptors } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Caller, CallerOf } from '../../access/caller.js';
import { BodyLimit } from '../../http/limits/route-limits.js';
import { ApiProblems } from '../../http/problem/api-problems.js';
import { IdPipe, UuidPipe } from '../../http/validation/validation.js';
import { Allow } from '../../access/organization-permission.js';
import {
  BorrowedSeatView,
  HolderQuery,
  OnlineLicensePage,
  SubscriptionView,
  TerminationQuery,
  TerminationResult,
  Terminations,
} from './dto/lease.js';
import { HeldSeatAnswer } from './held-seat-answer.js';
import { LeaseReleaseService } from './ending/lease-release.service.js';
import { SeatService } from './seat.service.js';

@ApiTags('Seats')
@Controller('api/v1/organizations/:organizationId')
export class SeatController {
  constructor(
    private readonly seats: SeatService,
    private readonly releases: LeaseReleaseService,
  ) {}

  @Get('licenses')
  @Allow('license.view')
  @ApiOperation({ summary: 'What the organization has, by product and model' })
  @ApiOkResponse({ type: [SubscriptionView] })
  subscriptions(@Param('organizationId', IdPipe) organizationId: number): Promise<SubscriptionView[]> {
    return this.seats.subscriptions(organizationId);
  }

  @Get('online-licenses')
  @Allow('online-license.view')
  @ApiOperation({ summary: 'Who holds a seat now' })
  @ApiOkResponse({ type: OnlineLicensePage })
  online(
    @Param('organizationId', IdPipe) organizationId: number,
    @Query() query: HolderQuery,
  ): Promise<OnlineLicensePage> {
    return this.seats.online(organizationId, query);
  }

  @Post('online-licenses/terminate')
  @BodyLimit(64 * 1024)
  @Allow('online-license.terminate')
  @HttpCode(200)
  @ApiOperation({ summary: 'End several leases; each has its own result' })
  @ApiOkResponse({ type: [TerminationResult], description: 'In the order of the ids, each once.' })
  @ApiProblems({ 409: 'With `deny`: the list of denied machines is full, and nothing was ended.' })
  terminateSeveral(
    @CallerOf() caller: Caller,
    @Param('organizationId', IdPipe) organizationId: number,
    @Body() { leaseIds, deny = false }: Terminations,
  ): Promise<TerminationResult[]> {
    return this.releases.terminateSeveral(caller, organizationId, leaseIds, deny);
  }

  @Delete('online-licenses/:leaseId')
  @Allow('online-license.terminate')
  @HttpCode(204)
  @UseInterceptors(HeldSeatAnswer)
  @ApiOperation({ summary: "End a user's lease; the client learns it at its next renewal" })
  @ApiNoContentResponse({ description: 'Ended.' })
  @ApiOkResponse({ type: BorrowedSeatView, description: 'Ended, but the seat is borrowed: it stays taken.' })
  @ApiProblems({ 409: 'With `deny`: the list of denied machines is full.' })
  terminate(
    @CallerOf() caller: Caller,
    @Param('organizationId', IdPipe) organizationId: number,
    @Param('leaseId', UuidPipe) leaseId: string,
    @Query() { deny }: TerminationQuery,
  ): Promise<Date | undefined> {
    return this.releases.terminate(caller, organizationId, leaseId, deny === 'true');
  }
}
