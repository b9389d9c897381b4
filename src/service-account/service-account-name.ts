import { InvalidRequestError } from '../http/validation/validation.js';

/** What the audit log calls others than people. */
const reserved = /^(?:server|erased|unknown account|installer.*|user \d+)$/i;

/**
 * A name stands where people have their e-mail address, so it must not look like one, nor like what the audit log calls the server.
 *
 * @throws InvalidRequestError
 */
export function checkServiceAccountName(name: string): void {
  // A full-width @ is one to the eye, too.
  if (name.normalize('NFKC').includes('@')) {
    const message = 'name must not contain @: it is not an e-mail address';
    throw new InvalidRequestError([{ field: 'name', message, rule: 'service-account-address' }]);
  }
  if (reserved.test(name.normalize('NFKC'))) {
    const message = 'name must be another one: the audit log uses this name for something else';
    throw new InvalidRequestError([{ field: 'name', message, rule: 'service-account-reserved' }]);
  }
}
