import { type Settings } from '../config/settings.js';

/** Rows of a table that are deleted. */
export interface OldRows {
  /** What is old, in SQL: a column, or an expression. */
  time: string;
  /** A setting, or a number of days. */
  days: RetentionSetting | number;
  /** Which rows may go, in SQL; absent: all. */
  and?: string;
}

/** A setting that says how many days something is kept. */
export type RetentionSetting = keyof Pick<Settings, 'sessionRetentionDays' | 'historyRetentionDays'>;

/** Why a table does not grow forever. */
export type TableRule =
  /** It has as many rows as people, machines or settings need, and the reason why there are no more. */
  | { bounded: string }
  /** It grows slowly, and nothing of it is deleted: why. */
  | { kept: string }
  /** Its old rows are deleted, a few at a time. */
  | { deleted: OldRows }
  /** The code that owns the table deletes its old rows: where, and when. */
  | { deletedBy: string };

const setUp: TableRule = { bounded: 'has what administrators have set up' };
const ofAccount: TableRule = { bounded: 'goes with the account, which has a limited number' };
const singleton: TableRule = { bounded: 'has one row' };
const ofSeats: TableRule = { bounded: 'has no more rows than there are seats' };

/** A link that has stopped working says why for this many days. */
const linkDays = 30;

/** Every table of the database. A new one is to be decided about here: a test compares. */
export const tableRules: Readonly<Record<string, TableRule>> = {
  api_key: ofAccount,
  audit_archive: { kept: 'one a month: it says which months are in a file' },
  audit_block: { deletedBy: 'SealingService.removeBlocks, after AUDIT_RETENTION_DAYS' },
  audit_chain: singleton,
  audit_checkpoint: { kept: 'one an hour, 7 MB a year: the log verifies from the first to the last' },
  audit_delivery: { bounded: 'has a row for each destination' },
  audit_event: { deletedBy: 'SealingService.removeBlocks, after AUDIT_RETENTION_DAYS' },
  audit_name: { deletedBy: 'RedactionService, with the last event that names the address' },
  capacity_mail: ofAccount,
  client_call: { deletedBy: 'ClientConversation, which keeps the newest' },
  client_session: { deleted: { time: 'reported_at', days: 'sessionRetentionDays' } },
  client_version: { deletedBy: 'ClientConversation, which keeps the newest' },
  daily_count: { bounded: 'has one row for each organization and kind' },
  denial: { deleted: { time: 'occurred_at', days: 'sessionRetentionDays' } },
  dismissed_notice: { deleted: { time: 'dismissed_at', days: 400 } },
  email_change: { deleted: { time: 'expires_at', days: linkDays } },
  // Sealed sessions go with their blocks.
  ended_session: { deleted: { time: 'ended_at', days: 'sessionRetentionDays', and: 'ended_event_id IS NULL' } },
  exhaustion_notice: { bounded: 'has one row for each organization and product' },
  expiry_notice: { deleted: { time: 'expires_at', days: 400 } },
  identity_group: setUp,
  identity_provider: setUp,
  installation: singleton,
  invitation: {
    deleted: {
      time: 'greatest(sent_at, joined_at, revoked_at, expires_at)',
      days: 'historyRetentionDays',
      // An accepted one waits until its account signs in.
      and: '(joined_at IS NOT NULL OR revoked_at IS NOT NULL OR accepted_at IS NULL)',
    },
  },
  known_device: ofAccount,
  known_machine: {
    deletedBy: 'RetentionService, with the last month in which the machine was used and the last refusal there',
  },
  lease: ofSeats,
  license_file: setUp,
  licensed_user: ofSeats,
  logo: { bounded: 'has one row for each organization, and one for the server' },
  machine: ofSeats,
  mail_server: setUp,
  mailed_notice: { deleted: { time: 'mailed_at', days: 400 } },
  membership: { bounded: 'has one row for each account and organization' },
  migration: { bounded: 'has what the release has' },
  offline_license: { deleted: { time: 'expires_at', days: 'historyRetentionDays' } },
  openid_session: { bounded: 'goes with the session' },
  openid_used_token: { deleted: { time: 'expires_at', days: 1 } },
  organization: setUp,
  outbox_mail: { deleted: { time: 'created_at', days: 'historyRetentionDays', and: "state <> 'waiting'" } },
  over_quota_notice: { bounded: 'has one row for each organization and product' },
  password_reset: { deleted: { time: 'expires_at', days: linkDays } },
  pending_sign_in: { deleted: { time: 'expires_at', days: 1 } },
  plugin: { bounded: 'has what was uploaded; PLUGIN_MAX_TOTAL_MB limits organizations' },
  rate_limit: { deleted: { time: 'to_timestamp(expire / 1000.0)', days: 1 } },
  recorded_settings: { deletedBy: 'SettingsRecord, which keeps the newest' },
  recovery_code: ofAccount,
  removed_member: { bounded: 'has one row for each account and organization' },
  retired_signing_key: { kept: 'one for each rotation: what it has signed verifies with it' },
  seat_cap: setUp,
  seat_charge: { deletedBy: 'the division of the seats, 400 days after their end' },
  seat_pool: setUp,
  seat_reservation: setUp,
  seat_month: { kept: 'has a row for each kind of seats and month' },
  seat_shortage: { bounded: 'has one row for each organization and product' },
  seat_waiter: { deletedBy: 'SeatQueue, when a client no longer waits' },
  second_factor: ofAccount,
  rolled_up_year: { kept: 'one row a year' },
  saml_arrival: { deleted: { time: 'expires_at', days: 1 } },
  saved_view: ofAccount,
  scim_group: setUp,
  scim_group_member: setUp,
  scim_token: setUp,
  scim_user: ofAccount,
  session: { deleted: { time: 'expires_at', days: 1 } },
  sign_in_place: ofAccount,
  signing_key: { bounded: 'has one row for each purpose' },
  size_sample: { deleted: { time: 'day', days: 400 } },
  team: setUp,
  team_member: setUp,
  token_family: { deletedBy: 'TokenFamilyService, when it has expired' },
  usage_hour: { kept: 'the sums of each hour, 10 MB a year, with no word of people and machines' },
  usage_month: { deleted: { time: "month + interval '1 month'", days: 'sessionRetentionDays' } },
  usage_roll_up: singleton,
  usage_year: { deletedBy: 'a trigger of usage_month, with the first month of the year that changes' },
  used_challenge: { deleted: { time: 'expires_at', days: 1 } },
  user_account: { bounded: 'has the people' },
  user_identity: ofAccount,
  webhook: setUp,
  // A week: enough to see what went wrong, and few enough for an event with each seat.
  webhook_delivery: { deleted: { time: 'occurred_at', days: 7 } },
};
