import { inUtc } from '../clock/in-utc.js';
import { DomainError } from '../errors/domain-error.js';
import { type Model, type Product, productName } from './file/product.js';
import { counted } from '../errors/counted.js';

/** A newer issue of the same license is installed. */
export class NewerLicenseInstalledError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'newer-license-installed';
  override readonly details: { license: string };

  constructor(jti: string) {
    super(`A newer issue of the license ${jti} is already installed.`);
    this.details = { license: jti };
  }
}

/** A statement of time proves nothing that an earlier file has not proved. */
export class StatementOfTimeUsedError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'statement-of-time-used';

  constructor(issuedAt: Date, newest: Date) {
    super(
      `This statement of time was issued at ${inUtc(issuedAt)}, and this server has had a file of ${inUtc(newest)}. Ask the vendor for a new one.`,
    );
  }
}

/** The evaluation license exists once in the life of an installation. */
export class EvaluationUsedError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'evaluation-used';

  constructor() {
    super('This installation has had its evaluation license. Ask the vendor for a license file.');
  }
}

/** The vendor built this release without the evaluation. */
export class EvaluationNotOfferedError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'evaluation-not-offered';

  constructor() {
    super('This release offers no evaluation. Ask the vendor for a license file.');
  }
}

/** All per-user seats have their user. */
export class NoSeatToAssignError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'no-seat-to-assign';
  override readonly details: { product: Product; model: Model; quota: number };

  constructor(product: Product, model: Model, quota: number) {
    super(
      quota === 0
        ? `This organization has no ${model} seats of ${productName[product]}.`
        : quota === 1
          ? `The only ${model} seat of ${productName[product]} is assigned. Unassign it first.`
          : `All ${quota} ${model} seats of ${productName[product]} are assigned. Unassign one first.`,
    );
    this.details = { product, model, quota };
  }
}

/** Who is to take over a seat has one. */
export class LicensedAlreadyError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'licensed-already';
  override readonly details: { product: Product; model: Model };

  constructor(product: Product, model: Model) {
    super(`This user has a ${model} seat of ${productName[product]} already. Unassign the other one instead.`);
    this.details = { product, model };
  }
}

/** More was to be given away than there is. */
export class AllocationExceededError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'allocation-exceeded';
  override readonly details: { product: Product; model: Model; granted: number; others: number };

  constructor(product: Product, model: Model, granted: number, others: number) {
    super(
      `The licenses grant ${counted(granted, `${model} seat`)} of ${productName[product]}, of which other organizations have ${others}: ` +
        `at most ${Math.max(0, granted - others)} can be allocated here.`,
    );
    this.details = { product, model, granted, others };
  }
}
