import { decodeJwt } from 'jose';
import { BackupError } from './backup-error.js';

/** Whether a restored server takes the place of the one in the backup, or runs beside it. */
export type RestoredAs = 'same-installation' | 'copy';

/** Which server a restored one is. */
export interface ServerIdentity {
  serverId: string;
  /** That of the server in the backup; null: it is the same. */
  formerServerId: string | null;
  /** License ids of the files that are bound to the former id, and grant nothing any more. */
  unusable: string[];
}

/** What the database says of a server that is being restored. */
export interface RestoredInstallation {
  serverId: string;
  /** Its license files, compact JWS. A server issues no other license to itself than its evaluation. */
  licenses: { token: string; selfIssued: boolean }[];
}

/** Whether it only evaluates: there is nothing of a vendor's that a copy with the same id could grant once more. */
export function isEvaluation({ licenses }: Pick<RestoredInstallation, 'licenses'>): boolean {
  return licenses.length > 0 && licenses.every(({ selfIssued }) => selfIssued);
}

/**
 * The licenses that a copy would lose, for a copy has an id of its own.
 *
 * @throws BackupError when there are some, and it was not said that it is a copy
 */
export function licensesLostBy(as: RestoredAs | undefined, { serverId, licenses }: RestoredInstallation): string[] {
  const bound = licenses.flatMap(({ token }) => {
    const { jti, serverId: boundTo } = claimsOf(token);
    return boundTo === serverId ? [jti ?? 'without an id'] : [];
  });
  if (bound.length > 0 && as !== 'copy') {
    throw new BackupError(
      `The license ${bound.join(', ')} is bound to the server id ${serverId}. Nothing was restored: say which server this is. ` +
        'With --same-installation it takes the place of the one in the backup, which must not run again, and keeps its id and license. ' +
        'With --copy it gets an id of its own, for which the vendor must issue another license.',
    );
  }
  return bound;
}

function claimsOf(token: string): { jti?: string; serverId?: unknown } {
  try {
    return decodeJwt(token);
  } catch {
    return {};
  }
}
