import { Inject, Injectable } from '@nestjs/common';
import { Webhook as Signer } from 'standardwebhooks';
import { Clock } from '../../clock/clock.js';
import { SETTINGS } from '../../config/config.module.js';
import { type Settings } from '../../config/settings.js';
import { guardedAddresses, isInternal } from '../../network/guarded-address.js';
import {
  boundedRequest,
  RequestFailedError,
  requestTimeoutMillis,
  type Route,
} from '../../outgoing/bounded-request.js';
import { proxiedRoute } from '../../outgoing/proxied-route.js';
import { SecretKey } from '../../secret/secret-key.js';
import { WebhookMetrics } from '../webhook-metrics.js';
import { type Webhook } from '../webhook.entity.js';

/** Bytes of an answer that are kept. */
const maxAnswerBytes = 4096;

/** Milliseconds after which an organization hears that there was no HTTP answer, whatever the reason was. */
const unexplainedMillis = requestTimeoutMillis + 2_000;

/** For organizations: what there is instead of an HTTP answer would tell them what is in the network. */
const unexplained =
  'There was no HTTP answer. Check the address and the certificate of the receiver. Addresses inside the network of this server ' +
  'must be allowed by its administrator (WEBHOOK_ALLOWED_NETWORKS).';

/** Where a message goes. */
export interface Target {
  webhook: Webhook;
  /** In place of what is stored, for a test. */
  url?: URL;
  caCertificate?: string | null;
}

export interface Message {
  id: string;
  body: string;
}

/** What became of one attempt. */
export interface Attempt {
  attemptedAt: Date;
  durationMillis: number;
  /** Of the HTTP answer; null: there was no answer. */
  status: number | null;
  /** The beginning of the answer. */
  response: string | null;
  /** Why it counts as failed; null: it was delivered. */
  error: string | null;
}

/** Signs messages as the Standard Webhooks specification says, and sends them. */
@Injectable()
export class WebhookSender {
  constructor(
    private readonly secretKey: SecretKey,
    private readonly clock: Clock,
    private readonly metrics: WebhookMetrics,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @param signal ends the wait after which a failure is told */
  async send(target: Target, message: Message, signal: AbortSignal): Promise<Attempt> {
    const attemptedAt = this.clock.now();
    const begun = performance.now();
    const answer = await this.request(target, message, attemptedAt).catch((error: unknown) => {
      if (!(error instanceof RequestFailedError)) throw error;
      return { status: null, response: null, error: error.message };
    });
    this.metrics.attempt(answer, (performance.now() - begun) / 1000);
    const isUnexplained = answer.status === null && target.webhook.organizationId !== null;
    // How long it takes would tell what is there, too.
    if (isUnexplained) await this.clock.wait(begun + unexplainedMillis - performance.now(), signal);
    const durationMillis = isUnexplained ? unexplainedMillis : Math.round(performance.now() - begun);
    return { attemptedAt, durationMillis, ...answer, ...(isUnexplained && { error: unexplained }) };
  }

  private async request(
    { webhook, url = new URL(this.secretKey.open(webhook.urlSealed)), caCertificate = webhook.caCertificate }: Target,
    { id, body }: Message,
    now: Date,
  ): Promise<Pick<Attempt, 'status' | 'response' | 'error'>> {
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'license-server-webhook/1',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': this.signatures(webhook, { id, body }, now),
    };
    const answer = await boundedRequest(
      url,
      { method: 'POST', headers, body },
      {
        routeTo: (host) => this.routeTo(host, webhook),
        caCertificate: caCertificate ?? undefined,
        maxBytes: maxAnswerBytes,
        clock: this.clock,
      },
    );
    const { status } = answer;
    return { status, response: textOf(answer.body), error: errorOf(status) };
  }

  /** @throws GuardedAddressError */
  private routeTo(host: string, { organizationId }: Webhook): Promise<Route> {
    const { webhookAllowedNetworks, outgoingProxy } = this.settings;
    // What the server's administrator enters for the server itself may be anywhere.
    const isRefused = organizationId === null ? () => false : isInternal;
    return proxiedRoute(outgoingProxy, () => guardedAddresses(host, webhookAllowedNetworks, isRefused));
  }

  private signatures(
    { secretSealed, previousSecretSealed, previousSecretUntil }: Webhook,
    { id, body }: Message,
    now: Date,
  ): string {
    const hasPrevious = previousSecretSealed !== null && previousSecretUntil !== null && previousSecretUntil > now;
    const secrets = [secretSealed, ...(hasPrevious ? [previousSecretSealed] : [])];
    return secrets.map((sealed) => new Signer(this.secretKey.open(sealed)).sign(id, now, body)).join(' ');
  }
}

function errorOf(status: number): string | null {
  if (status >= 200 && status < 300) return null;
  if (status >= 300 && status < 400) return `The receiver redirects (${status}). Enter the address that it leads to.`;
  return `The receiver answered ${status}.`;
}

/** PostgreSQL keeps no zero bytes in a text. */
function textOf(body: Buffer): string {
  return body.toString('utf8').replaceAll('\0', '');
}
