/**
 * What becomes of a stored time when the clock was in the future and is right again. In SQL, `t` is the row and `m.now` the time.
 */
export type StoredTime =
  /** It tells when something happened or is due: never later than now. */
  | 'at-most-now'
  /** It is right as it is, and why. */
  | { kept: string }
  /** The time that it becomes, and for which rows. */
  | { becomes: string; where: string };

/** An end that was computed from a beginning: it comes as long after now as it came after that. */
function endOf(beginning: string, end: string): StoredTime {
  return { becomes: `m.now + (t.${end} - t.${beginning})`, where: `t.${beginning} > m.now` };
}

/** An end whose beginning is not known: at the latest that long after now. */
function atMost(column: string, interval: string, where = 'true'): StoredTime {
  const limit = `m.now + ${interval}`;
  return { becomes: `least(t.${column}, ${limit})`, where: `${where} AND t.${column} > ${limit}` };
}

const evidence: StoredTime = { kept: 'evidence, which is sealed as it was written' };
const statistics: StoredTime = { kept: 'tells what happened, and nothing waits for it' };
const rolledUp: StoredTime = { kept: 'is added up once more from the sessions when it is later than now' };
const computed: StoredTime = { kept: 'is computed from the license files' };
const token: StoredTime = { kept: 'is as long as a token that is out lives, whatever the clock says here' };
const ownClock: StoredTime = { kept: 'is what the clock is compared with' };

/** A token of a session that has ended lives no longer than a lease may last. */
const maxLease = `coalesce((SELECT p.max_lease_minutes FROM seat_pool p WHERE p.id = t.pool_id), 1440) * interval '1 minute'`;

/** Every time in the database, by table and column. A new column is to be decided about here: a test compares. */
export const storedTimes: Record<string, Record<string, StoredTime>> = {
  api_key: {
    created_at: 'at-most-now',
    expires_at: endOf('created_at', 'expires_at'),
    last_used_at: 'at-most-now',
  },
  audit_archive: { archived_at: evidence },
  audit_block: { sealed_at: evidence },
  audit_checkpoint: { at: evidence },
  audit_delivery: { delivered_at: evidence },
  audit_event: { occurred_at: evidence },
  capacity_mail: { mailed_at: 'at-most-now' },
  client_call: { first_at: statistics, last_at: 'at-most-now' },
  client_session: { started_at: statistics, ended_at: statistics, reported_at: statistics },
  client_version: { first_at: statistics, last_at: 'at-most-now' },
  denial: { occurred_at: 'at-most-now' },
  email_change: {
    created_at: 'at-most-now',
    expires_at: endOf('created_at', 'expires_at'),
    used_at: 'at-most-now',
  },
  dismissed_notice: { dismissed_at: 'at-most-now' },
  ended_session: { started_at: evidence, ended_at: evidence },
  exhaustion_notice: { told_at: 'at-most-now' },
  expiry_notice: { expires_at: computed },
  identity_provider: { created_at: 'at-most-now', updated_at: 'at-most-now', last_sync_at: 'at-most-now' },
  installation: {
    created_at: statistics,
    setup_completed_at: statistics,
    evaluation_issued_at: { kept: 'is in the evaluation license, which is signed' },
    newest_time: {
      kept: 'keeps a clock that is turned back from reviving a license; only the vendor proves another time',
    },
    newest_issue: ownClock,
    quotas_valid_until: computed,
    alive_at: ownClock,
    clock_at: ownClock,
  },
  invitation: {
    created_at: 'at-most-now',
    sent_at: 'at-most-now',
    expires_at: endOf('sent_at', 'expires_at'),
    opened_at: 'at-most-now',
    accepted_at: 'at-most-now',
    joined_at: 'at-most-now',
    revoked_at: 'at-most-now',
  },
  known_device: { last_at: 'at-most-now' },
  lease: {
    started_at: evidence,
    renewed_at: 'at-most-now',
    expires_at: {
      becomes: 'm.now + (t.expires_at - t.renewed_at)',
      where: 't.renewed_at > m.now AND t.borrowed_until IS NULL',
    },
    borrowed_until: token,
  },
  license_file: { uploaded_at: 'at-most-now' },
  licensed_user: { assigned_at: 'at-most-now' },
  machine: { registered_at: 'at-most-now' },
  mailed_notice: { mailed_at: 'at-most-now' },
  mail_server: { updated_at: 'at-most-now' },
  membership: { joined_at: 'at-most-now' },
  offline_license: { created_at: statistics, expires_at: token },
  openid_used_token: { expires_at: atMost('expires_at', `interval '10 minutes'`) },
  organization: { created_at: 'at-most-now' },
  outbox_mail: {
    created_at: 'at-most-now',
    next_attempt_at: 'at-most-now',
    claimed_until: atMost('claimed_until', `interval '10 minutes'`),
    sent_at: 'at-most-now',
  },
  over_quota_notice: { told_at: 'at-most-now' },
  password_reset: {
    created_at: 'at-most-now',
    expires_at: endOf('created_at', 'expires_at'),
    used_at: 'at-most-now',
  },
  pending_sign_in: { created_at: 'at-most-now', expires_at: endOf('created_at', 'expires_at') },
  plugin: { uploaded_at: 'at-most-now' },
  rate_limit: { next_at: atMost('next_at', `interval '1 minute'`) },
  recorded_settings: { recorded_at: statistics },
  recovery_code: { used_at: 'at-most-now' },
  removed_member: { joined_at: 'at-most-now', removed_at: 'at-most-now' },
  retired_signing_key: {
    retired_at: statistics,
    accepted_until: { kept: 'is as long as something lives that was signed with the key' },
  },
  seat_charge: { expires_at: atMost('expires_at', maxLease, `t.kind = 'session' AND t.lease_id IS NULL`) },
  seat_month: { month: rolledUp },
  seat_pool: {
    ends_at: computed,
    borrow_ends_at: computed,
    earliest_expiry: { kept: 'follows the leases, see below' },
  },
  seat_shortage: { since: 'at-most-now' },
  seat_waiter: { seen_at: 'at-most-now' },
  second_factor: { created_at: 'at-most-now', confirmed_at: 'at-most-now', last_used_at: 'at-most-now' },
  saml_arrival: { expires_at: atMost('expires_at', `interval '1 minute'`) },
  scim_group: { created_at: 'at-most-now', updated_at: 'at-most-now' },
  scim_token: { created_at: 'at-most-now', last_used_at: 'at-most-now' },
  scim_user: { created_at: 'at-most-now', updated_at: 'at-most-now' },
  rolled_up_year: { year: rolledUp, until: rolledUp },
  session: {
    created_at: 'at-most-now',
    expires_at: endOf('created_at', 'expires_at'),
    last_used_at: 'at-most-now',
    confirmed_at: 'at-most-now',
  },
  sign_in_place: { last_at: 'at-most-now' },
  signing_key: { created_at: statistics },
  team: { created_at: 'at-most-now' },
  team_member: { joined_at: 'at-most-now' },
  token_family: {
    ended_at: 'at-most-now',
    expires_at: atMost('expires_at', `interval '30 days'`),
  },
  usage_hour: { hour: rolledUp, oldest_start: rolledUp },
  usage_month: { month: rolledUp, last_started_at: rolledUp },
  usage_roll_up: { rolled_until: rolledUp, oldest_start: rolledUp },
  usage_year: { year: rolledUp, last_started_at: rolledUp },
  used_challenge: { expires_at: atMost('expires_at', `interval '10 minutes'`) },
  user_account: {
    disabled_at: 'at-most-now',
    created_at: 'at-most-now',
    last_access_at: 'at-most-now',
    verified_at: 'at-most-now',
    second_factor_due_at: atMost('second_factor_due_at', `interval '90 days'`),
  },
  user_identity: { created_at: 'at-most-now', last_seen_at: 'at-most-now', ended_at: 'at-most-now' },
  webhook: {
    previous_secret_until: atMost('previous_secret_until', `interval '1 day'`),
    failing_since: 'at-most-now',
    retry_at: 'at-most-now',
    disabled_at: 'at-most-now',
    created_at: 'at-most-now',
    updated_at: 'at-most-now',
  },
  webhook_delivery: {
    occurred_at: 'at-most-now',
    next_attempt_at: 'at-most-now',
    claimed_until: atMost('claimed_until', `interval '1 minute'`),
    attempted_at: 'at-most-now',
  },
};
