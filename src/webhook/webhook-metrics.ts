import { Injectable } from '@nestjs/common';
import { Counter, Histogram } from 'prom-client';
import { Metrics } from '../metrics/metrics.js';

/** The attempts of this server to deliver to webhooks, also those of tests. */
@Injectable()
export class WebhookMetrics {
  private readonly deliveries: Counter<'outcome'>;
  private readonly seconds: Histogram;

  constructor({ registry }: Metrics) {
    const registers = [registry];
    this.deliveries = new Counter({
      name: 'license_server_webhook_deliveries_total',
      help: 'Attempts to deliver to webhooks: delivered, refused by an HTTP answer, or unanswered',
      labelNames: ['outcome'],
      registers,
    });
    for (const outcome of ['delivered', 'refused', 'unanswered']) this.deliveries.inc({ outcome }, 0);
    this.seconds = new Histogram({
      name: 'license_server_webhook_delivery_duration_seconds',
      help: 'Time from the begin of an attempt to the answer of the receiver, or the failure',
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    });
  }

  attempt({ status, error }: { status: number | null; error: string | null }, seconds: number): void {
    this.deliveries.inc({ outcome: error === null ? 'delivered' : status === null ? 'unanswered' : 'refused' });
    this.seconds.observe(seconds);
  }
}
