import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type Logger } from 'pino';
import { Gauge } from 'prom-client';
import { DataSource } from 'typeorm';
import { SeatService } from '../activation/lease/seat.service.js';
import { Clock } from '../clock/clock.js';
import { serverVersion } from '../http/pages/server-package.js';
import { LicenseService } from '../license/license.service.js';
import { LOG } from '../log/log.module.js';
import { Metrics } from '../metrics/metrics.js';
import { unsentMails } from './stored-metrics.queries.js';

/** Milliseconds that a reader of the metrics waits for the database. */
const timeoutMillis = 2_000;

/** Milliseconds for which an answer of the database is good enough for the next reader. */
const freshMillis = 1_000;

/**
 * What the database knows and every server of it tells alike: seats, licenses, the outbox. Queried when a client reads the
 * metrics; when the database does not answer they are left out, and `license_server_database_up` says so.
 */
@Injectable()
export class StoredMetrics {
  private readonly up: Gauge;
  private readonly quota: Gauge<'organization_id' | 'organization' | 'product' | 'model'>;
  private readonly inUse: Gauge<'organization_id' | 'organization' | 'product' | 'model'>;
  private readonly mails: Gauge<'state'>;
  private readonly oldestMail: Gauge;
  private readonly licenseExpiry: Gauge<'license_id' | 'customer'>;
  private readonly licenseDays: Gauge<'license_id' | 'customer'>;
  private running: Promise<void> | undefined;
  private refreshedAt = -Infinity;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly seats: SeatService,
    private readonly licenses: LicenseService,
    private readonly clock: Clock,
    @Inject(LOG) private readonly log: Logger,
    { registry }: Metrics,
  ) {
    const gauge = <T extends string = never>(name: string, help: string, labelNames: readonly T[] = []): Gauge<T> =>
      new Gauge({ name: `license_server_${name}`, help, labelNames, registers: [registry] });
    const pool = ['organization_id', 'organization', 'product', 'model'] as const;
    const license = ['license_id', 'customer'] as const;
    const build = ['version', 'node_version'] as const;
    gauge('build_info', 'Always 1; the labels tell which version runs on what', build).set(
      { version: serverVersion, node_version: process.version },
      1,
    );
    this.up = gauge('database_up', '1: the database answers');
    this.quota = gauge('seats_quota', 'Seats that an organization may use', pool);
    this.inUse = gauge(
      'seats_in_use',
      'Seats that are not available: in use, assigned or bound, or out as offline licenses',
      pool,
    );
    this.mails = gauge('outbox_mails', 'Mails that have not been sent: waiting, or given up', ['state']);
    this.oldestMail = gauge(
      'outbox_oldest_waiting_seconds',
      'Age of the oldest mail that waits to be sent; 0: none does',
    );
    this.licenseExpiry = gauge(
      'license_expiry_timestamp_seconds',
      'When an installed license file expires; its seats go on for its grace days',
      license,
    );
    this.licenseDays = gauge(
      'license_days_left',
      'Days until an installed license file expires; below 0: it has',
      license,
    );
  }

  /** Never fails, and never takes much longer than the timeout. */
  async refresh(): Promise<void> {
    if (this.clock.millis() - this.refreshedAt < freshMillis) return;
    this.running ??= this.ask().finally(() => (this.running = undefined));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), timeoutMillis);
    });
    const outcome = await Promise.race([this.running, late]);
    clearTimeout(timer);
    if (outcome === 'late') this.forget();
  }

  private async ask(): Promise<void> {
    try {
      const [occupancies, states, unsent] = await Promise.all([
        this.seats.occupancies(),
        this.licenses.states(),
        unsentMails(this.dataSource),
      ]);
      this.forget();
      for (const { organizationId, organization, product, model, quota, inUse } of occupancies) {
        const labels = { organization_id: organizationId, organization, product, model };
        this.quota.set(labels, quota);
        this.inUse.set(labels, inUse);
      }
      const now = this.clock.millis();
      for (const { file } of states) {
        if (!file) continue;
        const labels = { license_id: file.claims.jti, customer: file.claims.customer.name };
        this.licenseExpiry.set(labels, file.claims.exp);
        this.licenseDays.set(labels, (file.claims.exp * 1000 - now) / 86_400_000);
      }
      for (const state of ['waiting', 'failed']) {
        this.mails.set({ state }, unsent.find((each) => each.state === state)?.count ?? 0);
      }
      const oldest = unsent.find(({ state }) => state === 'waiting')?.oldest;
      this.oldestMail.set(oldest ? Math.max(0, now - oldest.getTime()) / 1000 : 0);
      this.up.set(1);
      this.refreshedAt = now;
    } catch (error) {
      this.forget();
      this.log.warn({ err: error }, 'What the database knows is missing in the metrics');
    }
  }

  /** Old values would look like new ones. */
  private forget(): void {
    for (const gauge of [this.quota, this.inUse, this.mails, this.licenseExpiry, this.licenseDays]) gauge.reset();
    this.oldestMail.remove();
    this.up.set(0);
  }
}
