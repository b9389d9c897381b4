import pg from 'pg';
import { DataSource, type DataSourceOptions, type MigrationInterface } from 'typeorm';
import { CommitSubscriber } from './after-commit.js';
import { InitialSchema1764000000000 } from './migrations/1764000000000-initial-schema.js';
import { People1764028800000 } from './migrations/1764028800000-people.js';
import { Seats1764036000000 } from './migrations/1764036000000-seats.js';
import { Mail1764039600000 } from './migrations/1764039600000-mail.js';
import { Announcements1764043200000 } from './migrations/1764043200000-announcements.js';
import { SeatRules1764046800000 } from './migrations/1764046800000-seat-rules.js';
import { SeatReservationIndex1764046800001 } from './migrations/1764046800001-seat-reservation-index.js';
import { Plugins1764050400000 } from './migrations/1764050400000-plugins.js';
import { OrganizationEvents1764054000000 } from './migrations/1764054000000-organization-events.js';
import { UnsentMail1764061200000 } from './migrations/1764061200000-unsent-mail.js';
import { PluginEvents1764064800000 } from './migrations/1764064800000-plugin-events.js';
import { LateRenewals1764072000000 } from './migrations/1764072000000-late-renewals.js';
import { SignInProtection1764101000000 } from './migrations/1764101000000-sign-in-protection.js';
import { SeatCharges1764103000000 } from './migrations/1764103000000-seat-charges.js';
import { Credentials1764102000000 } from './migrations/1764102000000-credentials.js';
import { UnloggedRateLimit1764068400000 } from './migrations/1764068400000-unlogged-rate-limit.js';
import { VerifiedAddresses1764100000000 } from './migrations/1764100000000-verified-addresses.js';
import { RetiredSigningKeys1764104000000 } from './migrations/1764104000000-retired-signing-keys.js';
import { DailyCounts1764105000000 } from './migrations/1764105000000-daily-counts.js';
import { AuditChain1764106000000 } from './migrations/1764106000000-audit-chain.js';
import { AuditDelivery1764106100000 } from './migrations/1764106100000-audit-delivery.js';
import { AuditVersions1764115000000 } from './migrations/1764115000000-audit-versions.js';
import { FormerSessions1764110000000 } from './migrations/1764110000000-former-sessions.js';
import { ClientRenewals1764110100000 } from './migrations/1764110100000-client-renewals.js';
import { ClientCalls1764112500000 } from './migrations/1764112500000-client-calls.js';
import { ClientSessions1764116000000 } from './migrations/1764116000000-client-sessions.js';
import { RoomForRenewals1764117100000 } from './migrations/1764117100000-room-for-renewals.js';
import { WithdrawnCharges1764117000000 } from './migrations/1764117000000-withdrawn-charges.js';
import { RecordedSettings1764118000000 } from './migrations/1764118000000-recorded-settings.js';
import { Language1764121000000 } from './migrations/1764121000000-language.js';
import { OldestLeases1764130000000 } from './migrations/1764130000000-oldest-leases.js';
import { TeamRoleVersions1764131000000 } from './migrations/1764131000000-team-role-versions.js';
import { FastSearch1764132000000 } from './migrations/1764132000000-fast-search.js';
import { UsageRollUps1764132100000 } from './migrations/1764132100000-usage-roll-ups.js';
import { OldRows1764132200000 } from './migrations/1764132200000-old-rows.js';
import { DirectorySync1764132810000 } from './migrations/1764132810000-directory-sync.js';
import { IdentityProviders1764132800000 } from './migrations/1764132800000-identity-providers.js';
import { OpenidSessions1764132900000 } from './migrations/1764132900000-openid-sessions.js';
import { ServerClock1764132500000 } from './migrations/1764132500000-server-clock.js';
import { SecondFactors1764132700000 } from './migrations/1764132700000-second-factors.js';
import { SecondFactorPolicy1764132710000 } from './migrations/1764132710000-second-factor-policy.js';
import { PersonalData1764132210000 } from './migrations/1764132210000-personal-data.js';
import { AuditArchives1764132220000 } from './migrations/1764132220000-audit-archives.js';
import { ServiceAccounts1764132610000 } from './migrations/1764132610000-service-accounts.js';
import { SizeSamples1764132230000 } from './migrations/1764132230000-size-samples.js';
import { MailTokens1764113000000 } from './migrations/1764113000000-mail-tokens.js';
import { ClockSteps1764114000000 } from './migrations/1764114000000-clock-steps.js';
import { ScimRules1764133010000 } from './migrations/1764133010000-scim-rules.js';
import { SeatShortages1764133610000 } from './migrations/1764133610000-seat-shortages.js';
import { Webhooks1764133600000 } from './migrations/1764133600000-webhooks.js';
import { RefusedMachines1764133400000 } from './migrations/1764133400000-refused-machines.js';
import { InvitationsToTeams1764133700000 } from './migrations/1764133700000-invitations-to-teams.js';
import { Borrowing1764133900000 } from './migrations/1764133900000-borrowing.js';
import { LeaseOrigins1764133910000 } from './migrations/1764133910000-lease-origins.js';
import { DenialsOfOne1764133950000 } from './migrations/1764133950000-denials-of-one.js';
import { PerUserSeatPolicies1764134000000 } from './migrations/1764134000000-per-user-seat-policies.js';
import { SeatsOfMonths1764134200000 } from './migrations/1764134200000-seats-of-months.js';
import { SavedViews1764134400000 } from './migrations/1764134400000-saved-views.js';
import { UsageYears1764134800000 } from './migrations/1764134800000-usage-years.js';
import { Logos1764134950000 } from './migrations/1764134950000-logos.js';
import { MoreVersions1764135200000 } from './migrations/1764135200000-more-versions.js';
import { SmallerIndexes1764135100000 } from './migrations/1764135100000-smaller-indexes.js';
import { EndsByIndex1764135300000 } from './migrations/1764135300000-ends-by-index.js';
import { CapacityMails1764135000000 } from './migrations/1764135000000-capacity-mails.js';
import { Notices1764134100000 } from './migrations/1764134100000-notices.js';
import { SamlArrivals1764133020000 } from './migrations/1764133020000-saml-arrivals.js';
import { Scim1764133000000 } from './migrations/1764133000000-scim.js';
import { ClientPasswords1764132600000 } from './migrations/1764132600000-client-passwords.js';
import { EmailChanges1764113100000 } from './migrations/1764113100000-email-changes.js';
import { FoldCase1764113200000 } from './migrations/1764113200000-fold-case.js';
import { AccountVersions1764120000000 } from './migrations/1764120000000-account-versions.js';
import { locks } from './locks.js';
import { DatabaseClient } from './database-client.js';
import { clientsBy, type ClockOffset } from './pool/preparing-client.js';
import { fitnessOf, unfitness } from './database-fitness.js';
import { MigrationFailedError, NewerSchemaError, UnfitDatabaseError } from './schema-errors.js';

// Ids are JSON numbers, and no sequence here comes near 2^53.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

const migrations = [
  InitialSchema1764000000000,
  People1764028800000,
  Seats1764036000000,
  Mail1764039600000,
  Announcements1764043200000,
  SeatRules1764046800000,
  SeatReservationIndex1764046800001,
  Plugins1764050400000,
  OrganizationEvents1764054000000,
  UnsentMail1764061200000,
  PluginEvents1764064800000,
  UnloggedRateLimit1764068400000,
  LateRenewals1764072000000,
  VerifiedAddresses1764100000000,
  SignInProtection1764101000000,
  SeatCharges1764103000000,
  RetiredSigningKeys1764104000000,
  DailyCounts1764105000000,
  AuditChain1764106000000,
  AuditDelivery1764106100000,
  Credentials1764102000000,
  FormerSessions1764110000000,
  ClientRenewals1764110100000,
  ClientCalls1764112500000,
  ClockSteps1764114000000,
  AuditVersions1764115000000,
  ClientSessions1764116000000,
  RecordedSettings1764118000000,
  Language1764121000000,
  OldestLeases1764130000000,
  TeamRoleVersions1764131000000,
  FastSearch1764132000000,
  UsageRollUps1764132100000,
  OldRows1764132200000,
  ServerClock1764132500000,
  SecondFactors1764132700000,
  SecondFactorPolicy1764132710000,
  IdentityProviders1764132800000,
  DirectorySync1764132810000,
  OpenidSessions1764132900000,
  Scim1764133000000,
  ScimRules1764133010000,
  RefusedMachines1764133400000,
  InvitationsToTeams1764133700000,
  Borrowing1764133900000,
  LeaseOrigins1764133910000,
  DenialsOfOne1764133950000,
  PerUserSeatPolicies1764134000000,
  SeatsOfMonths1764134200000,
  SavedViews1764134400000,
  UsageYears1764134800000,
  Logos1764134950000,
  SmallerIndexes1764135100000,
  MoreVersions1764135200000,
  EndsByIndex1764135300000,
  CapacityMails1764135000000,
  Notices1764134100000,
  Webhooks1764133600000,
  SeatShortages1764133610000,
  SamlArrivals1764133020000,
  PersonalData1764132210000,
  AuditArchives1764132220000,
  SizeSamples1764132230000,
  WithdrawnCharges1764117000000,
  RoomForRenewals1764117100000,
  MailTokens1764113000000,
  EmailChanges1764113100000,
  FoldCase1764113200000,
  AccountVersions1764120000000,
  ClientPasswords1764132600000,
  ServiceAccounts1764132610000,
];

/**
 * What TypeORM needs to know; entities are collected from the modules that own them.
 *
 * @param clock that `server_now()` follows
 */
export function dataSourceOptions(url: string, clock: ClockOffset = { offsetMillis: 0 }): DataSourceOptions {
  return {
    type: 'postgres',
    url,
    // The one whose types are set above: by its name, TypeORM would load another copy beside the bundle.
    driver: pg,
    uuidExtension: 'pgcrypto',
    // The schema changes by migration only.
    synchronize: false,
    migrationsRun: false,
    migrations,
    migrationsTableName: 'migration',
    subscribers: [CommitSubscriber],
    poolSize: 12,
    extra: {
      connectionTimeoutMillis: 10_000,
      // After a fail-over by name no connection stays with the old server for good.
      maxLifetimeSeconds: 1800,
      application_name: 'license-server',
      // Compiling a plan takes PostgreSQL a quarter of a second, running any of these a few milliseconds.
      options: '-c jit=off',
      Client: clientsBy(clock),
    },
  };
}

/**
 * Brings the schema up to date. Servers that start together on one database wait for each other here.
 *
 * @returns the names of the migrations that were run
 * @throws NewerSchemaError when a newer version of the server has used this database
 * @throws UnfitDatabaseError when the server cannot work in this database; nothing was changed
 * @throws MigrationFailedError when a migration fails; the schema is then as it was before
 */
export async function migrate(url: string): Promise<string[]> {
  const dataSource = new DataSource(dataSourceOptions(url));
  const guard = new DatabaseClient(url);
  await guard.connect();
  try {
    await guard.query('SELECT pg_advisory_lock($1)', [locks.schema]);
    await dataSource.initialize();
    const fitness = await fitnessOf(guard);
    const schema = schemaVersion(fitness.migrations);
    if (schema.unknown.length > 0) throw new NewerSchemaError(schema.unknown);
    // Where nothing is to be created, the user needs no right to.
    const problem = schema.pending.length > 0 || fitness.isReadOnly ? unfitness(fitness) : undefined;
    if (problem !== undefined) throw new UnfitDatabaseError(problem);
    try {
      const done = await dataSource.runMigrations({ transaction: 'all' });
      return done.map((migration) => migration.name);
    } catch (error) {
      throw new MigrationFailedError(schema.pending, error as Error);
    }
  } finally {
    if (dataSource.isInitialized) await dataSource.destroy();
    await guard.end();
  }
}

/** Where the schema of a database stands, as this version of the server sees it. */
export interface SchemaVersion {
  /** Migrations of this version that the database has not seen, in order. */
  pending: string[];
  /** Migrations in the database that this version does not know: a newer one has been here. */
  unknown: string[];
}

/** @param done names of the migrations that the database has seen */
export function schemaVersion(done: readonly string[]): SchemaVersion {
  const migrations = dataSourceOptions('').migrations as (new () => MigrationInterface)[];
  const known = migrations.map((Migration) => new Migration().name ?? Migration.name);
  return {
    pending: known.filter((name) => !done.includes(name)),
    unknown: done.filter((name) => !known.includes(name)),
  };
}
