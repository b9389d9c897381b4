import { DomainError } from '../../errors/domain-error.js';

/** What has happened to a file on its way. */
export type Damage = 'character' | 'no-end' | 'no-beginning' | 'several';

/** A license file that cannot be taken, and why. */
export class LicenseFileError extends DomainError {
  constructor(
    readonly code:
      | 'license-empty'
      | 'license-too-large'
      | 'license-unreadable'
      | 'license-damaged'
      | 'license-algorithm'
      | 'license-unknown-key'
      | 'license-altered'
      | 'license-content'
      | 'license-expired'
      | 'license-issued-later'
      | 'license-other-server',
    message: string,
    readonly kind: 'invalid' | 'too-large' = 'invalid',
    override readonly details: {
      reason?: Damage | 'clock-ahead';
      line?: number;
      character?: string;
      recordedTime?: Date;
      issuedAt?: Date;
      now?: Date;
    } = {},
  ) {
    super(message);
  }
}

/** @param line from 1 */
export function damaged(
  reason: Damage,
  message: string,
  where: { line?: number; character?: string } = {},
): LicenseFileError {
  return new LicenseFileError('license-damaged', message, 'invalid', { reason, ...where });
}
