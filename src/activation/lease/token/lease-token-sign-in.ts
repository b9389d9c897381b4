import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { type LeaseTokenHolder, LeaseTokenHolders } from '../../../auth/oauth/lease-token-holders.js';
import { SigningService } from '../../../signing/signing.service.js';
import { InvalidLeaseTokenError, LeaseTokenEndedError, LeaseTokenUnfitError } from '../../seat/seat-errors.js';
import { holderOfLease } from './lease-token-sign-in.queries.js';
import { type NativeClaims } from './lease-token.service.js';

/**
 * Lets Runtime Engine sign in with the token of a lease in place of an API key: it takes over that seat. The token is good as long as
 * the seat is held, whatever its own end, for a command that holds it may start the engine late.
 */
@Injectable()
export class LeaseTokenSignIn {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly signing: SigningService,
    holders: LeaseTokenHolders,
  ) {
    holders.whenAsked((token) => this.holderOf(token));
  }

  /**
   * @throws InvalidLeaseTokenError
   * @throws LeaseTokenUnfitError
   * @throws LeaseTokenEndedError
   */
  private async holderOf(token: string): Promise<LeaseTokenHolder> {
    const claims = (await this.signing.verify('native', token)) as Partial<NativeClaims> | undefined;
    if (typeof claims?.fence !== 'number' || !claims.jti) throw new InvalidLeaseTokenError();
    if (claims.product !== 'KRE') throw new LeaseTokenUnfitError('product');
    const holder = await holderOfLease(this.dataSource, claims.jti);
    if (!holder) throw new LeaseTokenEndedError();
    if (holder.isBorrowed) throw new LeaseTokenUnfitError('borrowed');
    const { userId, email, credentialsVersion } = holder;
    return { userId, email, credentialsVersion, leaseId: claims.jti };
  }
}
