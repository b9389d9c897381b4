import sql from 'sql-template-tag';

/** Which database a connection leads to: a stand-by has both from its primary. */
export interface DatabaseIdentity {
  cluster: string;
  name: string;
}

const identity = sql`(SELECT system_identifier::text FROM pg_control_system()) AS cluster, current_database() AS name`;

/** How far the primary has written: bytes of its write-ahead log. Null on a stand-by. */
export interface PrimaryState extends DatabaseIdentity {
  position: number | null;
}

/** @returns of {@link PrimaryState} */
export const primaryState = sql`
  SELECT ${identity}, CASE WHEN NOT pg_is_in_recovery() THEN pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8 END AS position`;

/** How far a stand-by has repeated that. Null: it is the primary itself. */
export interface ReplicaState extends DatabaseIdentity {
  replayed: number | null;
}

/** @returns of {@link ReplicaState} */
export const replicaState = sql`
  SELECT ${identity}, CASE WHEN pg_is_in_recovery() THEN coalesce(pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0'), 0)::float8 END AS replayed`;
