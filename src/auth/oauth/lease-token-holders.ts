import { Injectable } from '@nestjs/common';

/** The account whose lease a token is of, as its access token names them. */
export interface LeaseTokenHolder {
  userId: number;
  email: string;
  credentialsVersion: number;
  leaseId: string;
}

/** A compact JWS, as no password and no API key is. */
const form = /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/;

/** Who may sign in with the token of a lease. What leases are, the code knows that registers here. */
@Injectable()
export class LeaseTokenHolders {
  private find: ((token: string) => Promise<LeaseTokenHolder>) | undefined;

  /** @param find throws a DomainError that says why a token is no good */
  whenAsked(find: (token: string) => Promise<LeaseTokenHolder>): void {
    this.find = find;
  }

  /** Whether a text that a program signs in with looks like the token of a lease. */
  isToken(text: string): boolean {
    return this.find !== undefined && form.test(text);
  }

  /** @throws DomainError */
  holderOf(token: string): Promise<LeaseTokenHolder> {
    if (!this.find) throw new Error('There are no leases here');
    return this.find(token);
  }
}
