import { Injectable } from '@nestjs/common';
import { Counter, Histogram } from 'prom-client';
import { type Change } from '../../audit/audited-change.js';
import { AuditService } from '../../audit/audit.service.js';
import { Metrics } from '../../metrics/metrics.js';

/** What becomes of leases on this server, and how requests share commits. */
@Injectable()
export class LeaseMetrics {
  private readonly operations: Counter<'outcome'>;
  private readonly denials: Counter<'product' | 'code'>;
  private readonly items: Histogram<'operation'>;
  private readonly seconds: Histogram<'operation'>;

  constructor(audit: AuditService, { registry }: Metrics) {
    const registers = [registry];
    this.operations = new Counter({
      name: 'license_server_lease_operations_total',
      help: 'Leases that were created, extended, denied or ended, by what became of them',
      labelNames: ['outcome'],
      registers,
    });
    for (const outcome of ['created', 'extended', 'denied', 'released', 'expired', 'terminated']) {
      this.operations.inc({ outcome }, 0);
    }
    this.denials = new Counter({
      name: 'license_server_lease_denials_total',
      help: 'Refusals of a seat, by product and reason',
      labelNames: ['product', 'code'],
      registers,
    });
    this.items = new Histogram({
      name: 'license_server_batch_items',
      help: 'Requests that share one commit',
      labelNames: ['operation'],
      buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500],
      registers,
    });
    this.seconds = new Histogram({
      name: 'license_server_batch_duration_seconds',
      help: 'Time from the begin of a batch to its commit',
      labelNames: ['operation'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    });
    audit.whenCommitted((changes) => this.count(changes));
  }

  /** Extensions are too many for the audit log. */
  extended(count: number): void {
    if (count > 0) this.operations.inc({ outcome: 'extended' }, count);
  }

  batch(operation: 'check-out' | 'renew' | 'release', items: number, seconds: number): void {
    this.items.observe({ operation }, items);
    this.seconds.observe({ operation }, seconds);
  }

  private count(changes: readonly Change[]): void {
    for (const { action, details } of changes) {
      if (!action.startsWith('lease.')) continue;
      const outcome = action === 'lease.granted' ? 'created' : action.slice('lease.'.length);
      this.operations.inc({ outcome });
      if (outcome === 'denied') this.denials.inc({ product: String(details?.product), code: String(details?.code) });
    }
  }
}
