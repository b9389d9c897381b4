import { Body, Controller, Delete, HttpCode, Param, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { SignedIn } from '../auth/access.js';
import { type Caller, CallerOf } from '../auth/caller.js';
import { ApiProblems } from '../http/api-problems.js';
import { UuidPipe } from '../http/validation.js';
import { LeaseView, NewLease, RenewalView } from './dto/lease.js';
import { LeaseTokenService } from './lease-token.service.js';
import { LeaseService, type Renewal } from './lease.service.js';

@ApiTags('Leases')
@Controller('api/v1/leases')
@SignedIn()
export class LeaseController {
  constructor(
    private readonly leases: LeaseService,
    private readonly tokens: LeaseTokenService,
  ) {}

  @Post()
  @ApiOperation({ summary: 'Check out a seat; the same session again prolongs the one it has' })
  @ApiCreatedResponse({ type: LeaseView })
  @ApiProblems({
    400: 'A field is missing or wrong, or the machine id is a wildcard.',
    403: 'The organization has no such seats, the license has expired, or no seat is assigned to you.',
    404: 'No such organization, or you are not a member of it.',
    409: 'All seats are in use: `holders` says by whom, `Retry-After` when the first can fall free.',
  })
  async checkOut(@CallerOf() caller: Caller, @Body() body: NewLease): Promise<LeaseView> {
    const { organizationId, product, machineId, sessionId } = body;
    const session = {
      clientPackage: product === 'KSE' ? ('KSE' as const) : ('ENGINE' as const),
      machineId,
      sessionId,
      hostname: body.hostname ?? null,
      version: body.version ?? null,
    };
    const lease = await this.leases.checkOut(caller, session, organizationId);
    const { token, warning } = await this.tokens.forNative(lease, session);
    const { id, model, expiresAt, renewAt } = lease;
    return { id, token, model, expiresAt, renewAt, warning };
  }

  @Post(':leaseId/renew')
  @HttpCode(200)
  @ApiOperation({ summary: 'Prolong a lease of mine' })
  @ApiOkResponse({ type: RenewalView })
  @ApiProblems({
    409: 'It had expired, and all seats are in use now.',
    410: 'It is over: released, expired and given away, or ended by an administrator; or it never was yours.',
  })
  renew(@CallerOf() caller: Caller, @Param('leaseId', UuidPipe) id: string): Promise<Renewal> {
    return this.leases.renew(caller, id);
  }

  @Delete(':leaseId')
  @HttpCode(204)
  @ApiOperation({ summary: 'Give a seat back; one that is gone already is given back' })
  @ApiNoContentResponse({ description: 'Nothing is held under this id any more.' })
  release(@CallerOf() caller: Caller, @Param('leaseId', UuidPipe) id: string): Promise<void> {
    return this.leases.release(caller, id);
  }
}
