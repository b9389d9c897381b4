/** Of `lease l`: what a {@link LeaseState} is made of. */
export const leaseColumns = `l.id, l.number, l.pool_id AS "poolId", l.organization_id AS "organizationId", l.product,
  l.user_id AS "userId", l.machine_id AS "machineId", l.fingerprint, l.session_id AS "sessionId", l.renewed_at AS "renewedAt",
  l.expires_at AS "expiresAt", l.hostname, l.job_id AS "jobId", l.client,
  l.borrowed_until AS "borrowedUntil", l.origin_id AS "originId"`;
