import { serverRoot } from '../api/client';

/** Where the `.lic` file of an offline license is. */
export function licFileAddress(organizationId: number, id: number): string {
  return `${serverRoot}/api/v1/organizations/${organizationId}/offline-licenses/${id}/file`;
}
