import { DomainError, type ErrorKind } from '../../errors/domain-error.js';

/** The words of RFC 7644 (3.12) for what is wrong, and this server's codes for them. */
const codes = {
  invalidFilter: 'scim-invalid-filter',
  invalidPath: 'scim-invalid-path',
  invalidSyntax: 'scim-invalid-syntax',
  invalidValue: 'scim-invalid-value',
  invalidVers: 'scim-invalid-vers',
  mutability: 'scim-mutability',
  noTarget: 'scim-no-target',
  uniqueness: 'scim-uniqueness',
} as const;

export type ScimType = keyof typeof codes;

const kindOf: Partial<Record<ScimType, ErrorKind>> = { uniqueness: 'conflict', invalidVers: 'precondition-failed' };

/** A refusal in the words of SCIM. */
export class ScimError extends DomainError {
  readonly kind: ErrorKind;
  readonly code: (typeof codes)[ScimType];
  override readonly details: { scimType: ScimType };

  constructor(
    readonly scimType: ScimType,
    message: string,
  ) {
    super(message);
    this.kind = kindOf[scimType] ?? 'invalid';
    this.code = codes[scimType];
    this.details = { scimType };
  }
}
