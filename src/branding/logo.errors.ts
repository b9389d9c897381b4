import { DomainError } from '../errors/domain-error.js';

/** What is wrong with an image. */
export type LogoFault = 'type' | 'damaged' | 'dimensions';

/** Bytes of a logo. It is in mails and on the sign-in page, which has to be there at once. */
export const maxLogoBytes = 128 * 1024;

/** Pixels on each side of a logo. */
export const logoSides = { min: 16, max: 1024 };

const explanations: Record<LogoFault, string> = {
  type: 'A logo must be a PNG, JPEG or WebP image.',
  damaged: 'This image is damaged or has other data attached. Export it again.',
  dimensions: `A logo must be ${logoSides.min} to ${logoSides.max} pixels wide and high.`,
};

/** A file that cannot be a logo. */
export class InvalidLogoError extends DomainError {
  readonly kind = 'invalid';
  readonly code = 'logo-invalid';
  override readonly details: { reason: LogoFault };

  constructor(reason: LogoFault) {
    super(explanations[reason]);
    this.details = { reason };
  }
}

/** An image with more than {@link maxLogoBytes}. */
export class LogoTooLargeError extends DomainError {
  readonly kind = 'too-large';
  readonly code = 'logo-too-large';

  constructor() {
    super(`A logo can have at most ${maxLogoBytes / 1024} KiB.`);
  }
}
