import { DomainError } from '../../errors/domain-error.js';
import { invisible } from '../../text/invisible.js';

/** The clients take some machine ids for "every machine"; a license for one of those would be a license for all. */
export class WildcardMachineIdError extends DomainError {
  readonly kind = 'invalid';
  readonly code = 'wildcard-machine-id';

  constructor() {
    super('A license is for one machine: this machine id stands for many.');
  }
}

/** Not what a machine id looks like at this door. */
export class MachineIdNotAcceptedError extends DomainError {
  readonly kind = 'invalid';
  readonly code = 'machine-id-not-accepted';
}

/** Many machines have this id; a seat that is bound to it would be bound to none. */
export class SharedMachineIdError extends DomainError {
  readonly kind = 'invalid';
  readonly code = 'shared-machine-id';

  constructor() {
    super(
      'This machine id is the one of every machine whose id could not be read, such as a container without ' +
        '/etc/machine-id. It can use floating seats only. Give the machine an id of its own first.',
    );
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
 * Where a machine id comes in. `client`: the routes of the Katalon clients and offline files, whose ids are hexadecimal and are
 * taken to the letter; `native`: all other ways to a token, where an id may be any visible text.
 */
export type MachineIdDoor = 'client' | 'native';

/** What the clients send: an MD5, a UUID, or something longer of that kind. */
const clientId = /^(?=.*[0-9a-f])[0-9a-f-]{16,128}$/i;

/** The clients accept a license for one of these, or for any part of the second word, on every machine. */
const everyMachine = 'katalon-special-license';
const anyPartIsEveryMachine = 'katalon-ami';

/** The clients' id for a machine whose own cannot be read. */
const sharedId = '382b0f5185773fa0f67a8ed8056c7759';

/**
 * The one check of machine ids, at every door that leads to a token.
 *
 * @throws WildcardMachineIdError
 * @throws MachineIdNotAcceptedError
 * @throws UnaddressableMachineIdError
 */
export function checkMachineId(machineId: string, door: MachineIdDoor): void {
  // Most are; the rest is looked at more closely only to find the right words.
  if (clientId.test(machineId)) return;
  if (standsForMany(machineId)) throw new WildcardMachineIdError();
  if (door === 'client') {
    throw new MachineIdNotAcceptedError(
      'This is not a machine id: it must be 16 to 128 hexadecimal digits and hyphens, exactly as the client shows it.',
    );
  }
  if (machineId === '.' || machineId === '..') throw new UnaddressableMachineIdError();
  if (invisible.test(machineId) || machineId !== machineId.trim()) {
    throw new MachineIdNotAcceptedError(
      'A machine id must have no blanks around it, and no line ends, control, invisible or direction characters.',
    );
  }
}

/** Whether many machines share the id, so that nothing may be bound to it. */
export function isSharedMachineId(machineId: string): boolean {
  return canonical(machineId) === sharedId;
}

/** @throws SharedMachineIdError */
export function checkMachineIdBinds(machineId: string): void {
  if (isSharedMachineId(machineId)) throw new SharedMachineIdError();
}

/** Whatever its spelling: a client may compare more loosely than it says. */
function standsForMany(machineId: string): boolean {
  const plain = canonical(machineId);
  return (
    anyPartIsEveryMachine.includes(plain) ||
    plain === everyMachine ||
    /[*?%]/.test(plain) ||
    /^(any|all|wildcard|-+)$/.test(plain)
  );
}

/** Without case, width, ligatures, white space and invisible characters; every kind of hyphen is one. */
function canonical(machineId: string): string {
  return machineId
    .normalize('NFKC')
    .toUpperCase()
    .toLowerCase()
    .normalize('NFKC')
    .replace(/[\s\p{Cc}\p{Cf}\p{Zs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu, '')
    .replace(/[\p{Pd}\u2212]/gu, '-');
}
