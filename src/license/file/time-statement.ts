import { LicenseFileError } from './license-file.js';

/** A vendor's word for what time it is, for a server whose clock was once in the future. It grants nothing. */
export class TimeStatement {
  private constructor(
    readonly issuer: string,
    readonly id: string,
    readonly issuedAt: Date,
    private readonly serverId: string | undefined,
  ) {}

  /** Whether what a vendor has signed is a statement of time. */
  static isOne(payload: unknown): boolean {
    return typeof payload === 'object' && payload !== null && 'use' in payload && payload.use === 'time';
  }

  /** @throws LicenseFileError when it is not in order */
  static of(payload: unknown): TimeStatement {
    const { iss, jti, iat, serverId } = payload as Record<string, unknown>;
    const isInOrder =
      typeof iss === 'string' &&
      typeof jti === 'string' &&
      Number.isSafeInteger(iat) &&
      (iat as number) > 0 &&
      (iat as number) <= 253_402_300_799 &&
      (serverId === undefined || typeof serverId === 'string');
    if (!isInOrder) throw new LicenseFileError('license-content', 'The statement of time is not in order.');
    return new TimeStatement(iss, jti, new Date((iat as number) * 1000), serverId);
  }

  /** @throws LicenseFileError when it is for another installation */
  checkServer(serverId: string): void {
    if (this.serverId === undefined || this.serverId === serverId) return;
    throw new LicenseFileError(
      'license-other-server',
      `The statement of time is for another server (${this.serverId}); this one is ${serverId}. Ask the vendor for one with this id.`,
    );
  }
}
