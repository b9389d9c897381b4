import { etagOf } from './scim-resource.js';
import { ScimError } from './scim.error.js';

/** A resource that a client wants to change. */
export interface WantedResource {
  id: number;
  /** The version that the client has read, if it says so. */
  ifMatch: string | undefined;
}

/** @param ifMatch the header; absent: the version does not matter. @throws ScimError when it names other versions */
export function checkPrecondition(ifMatch: string | undefined, version: number): void {
  if (ifMatch === undefined || namesVersion(ifMatch, version)) return;
  throw new ScimError('invalidVers', 'The resource has changed since it was read. Read it again.');
}

/** Whether a header `If-Match` or `If-None-Match` names a version. */
export function namesVersion(header: string, version: number): boolean {
  const strong = etagOf({ version }).replace('W/', '');
  return header.split(',').some((tag) => ['*', strong, `W/${strong}`].includes(tag.trim()));
}
