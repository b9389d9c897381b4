import { DomainError } from '../errors/domain-error.js';

/** The clients take some machine ids for "every machine"; a license for one of those would be a license for all. */
export class WildcardMachineIdError extends DomainError {
  readonly kind = 'invalid';
  readonly code = 'wildcard-machine-id';

  constructor() {
    super('A license is for one machine: this machine id stands for many.');
  }
}

/** @throws WildcardMachineIdError */
export function checkMachineId(machineId: string): void {
  if (/[*?%]/.test(machineId) || /^(any|all|wildcard)$/i.test(machineId)) throw new WildcardMachineIdError();
}
