import { DomainError, type ErrorKind } from '../../errors/domain-error.js';

/** The words of RFC 7644 (3.12) for what is wrong. */
export type ScimType =
  | 'invalidFilter'
  | 'invalidPath'
  | 'invalidSyntax'
  | 'invalidValue'
  | 'invalidVers'
  | 'mutability'
  | 'noTarget'
  | 'uniqueness';

const kindOf: Partial<Record<ScimType, ErrorKind>> = { uniqueness: 'conflict', invalidVers: 'precondition-failed' };

/** A refusal in the words of SCIM. */
export class ScimError extends DomainError {
  readonly kind: ErrorKind;
  readonly code: string;
  override readonly details: { scimType: ScimType };

  constructor(
    readonly scimType: ScimType,
    message: string,
  ) {
    super(message);
    this.kind = kindOf[scimType] ?? 'invalid';
    this.code = `scim-${scimType.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    this.details = { scimType };
  }
}
