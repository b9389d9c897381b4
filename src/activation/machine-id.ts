import { DomainError } from '../errors/domain-error.js';

/** The clients take some machine ids for "every machine"; a license for one of those would be a license for all. */
export class WildcardMachineIdError extends DomainError {
  readonly kind = 'invalid';
  readonly code = 'wildcard-machine-id';

  constructor() {
    super('A license is for one machine: this machine id stands for many.');
  }
}

/**
 * Every client takes `.` and `..` out of an address before it sends it (RFC 3986, section 5.2.4): a machine of that name would
 * hold its node-locked seat, and no administrator could remove it.
 */
export class UnaddressableMachineIdError extends DomainError {
  readonly kind = 'invalid';
  readonly code = 'unaddressable-machine-id';

  constructor() {
    super('A machine id must not be "." or "..".');
  }
}

/**
 * @throws WildcardMachineIdError
 * @throws UnaddressableMachineIdError
 */
export function checkMachineId(machineId: string): void {
  if (machineId === '.' || machineId === '..') throw new UnaddressableMachineIdError();
  if (/[*?%]/.test(machineId) || /^(any|all|wildcard)$/i.test(machineId)) throw new WildcardMachineIdError();
}
