import {
  type PublicKeys,
  type LeaseClaims,
  type LeaseExpectations,
  UntrustedTokenError,
  verifyLease,
} from './lease-token.js';
import { type LicenseServer } from './license-server.js';

/** The keys that tokens are checked with: pinned ones, or what the server published when it was first asked. */
export class ServerKeys {
  private keys: Promise<PublicKeys> | undefined;

  /** @param pinned nothing else is trusted, whatever the server publishes */
  constructor(
    private readonly server: LicenseServer,
    private readonly pinned: PublicKeys | undefined,
  ) {}

  /** @throws UntrustedTokenError; RefusedError, UnreachableError when the keys cannot be fetched */
  async verify(token: string, expectations: LeaseExpectations): Promise<LeaseClaims> {
    if (this.pinned) return verifyLease(token, this.pinned, expectations);
    try {
      return await verifyLease(token, await this.fetched(), expectations);
    } catch (error) {
      if (!(error instanceof UntrustedTokenError && error.hasUnknownKey)) throw error;
      // The keys of the server were replaced.
      this.keys = undefined;
      return verifyLease(token, await this.fetched(), expectations);
    }
  }

  private fetched(): Promise<PublicKeys> {
    this.keys ??= this.server.get('/.well-known/jwks.json').catch((error: unknown) => {
      this.keys = undefined;
      throw error;
    });
    return this.keys;
  }
}
