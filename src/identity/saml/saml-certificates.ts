import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { X509Certificate } from 'node:crypto';
import { type Logger } from 'pino';
import { Gauge } from 'prom-client';
import { Clock } from '../../clock/clock.js';
import { PeriodicTask } from '../../concurrency/periodic-task.js';
import { KnownCertificates } from '../../http/tls/known-certificates.js';
import { LOG } from '../../log/log.module.js';
import { Metrics } from '../../metrics/metrics.js';
import { type CertificateUse, type KnownCertificate, lastEndOf } from '../../network/certificates.js';
import { type IdentityProvider } from '../identity-provider.entity.js';
import { IdentityProviders } from '../identity-providers.js';
import { SamlClients } from './saml-clients.js';

const lookMillis = 3_600_000;
const dayMillis = 86_400_000;

/** Knows when the certificates end with which this server and the enabled SAML providers sign. */
@Injectable()
export class SamlCertificates implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly task: PeriodicTask;
  private ofServer: readonly KnownCertificate[] = [];
  /** By the ids of the providers, as far as their metadata could be read. */
  private readonly ofProviders = new Map<number | null, KnownCertificate>();
  private stopped = false;

  constructor(
    private readonly enabled: IdentityProviders,
    private readonly clients: SamlClients,
    private readonly clock: Clock,
    certificates: KnownCertificates,
    { registry }: Metrics,
    @Inject(LOG) private readonly log: Logger,
  ) {
    this.task = new PeriodicTask(
      () => this.look(),
      lookMillis,
      (error) => log.warn({ err: error }, 'The certificates of the SAML providers could not be looked up'),
    );
    enabled.whenChanged(() => void this.lookAgain());
    certificates.addSource(() => this.list());
    this.addGauge(registry);
  }

  onApplicationBootstrap(): void {
    void this.task.run();
    this.task.startBy(this.clock);
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    await this.task.stop();
  }

  private list(): KnownCertificate[] {
    return this.ofServer.flatMap((own) => [own, this.ofProviders.get(own.providerId) ?? []].flat());
  }

  private async lookAgain(): Promise<void> {
    // A look that is under way may have begun before the change.
    await this.task.run();
    await this.task.run();
  }

  private async look(): Promise<void> {
    if (this.stopped) return;
    const providers = await this.enabled.enabled('saml');
    this.ofServer = providers.map((provider) => {
      const { certificate } = this.clients.keysOf(provider);
      return certificateOf(provider, 'saml-server', [new X509Certificate(certificate)]);
    });
    // A provider that does not answer delays neither the others nor the end of this server.
    for (const provider of providers) void this.lookAt(provider);
  }

  private async lookAt(provider: IdentityProvider): Promise<void> {
    try {
      const { certificates } = await (await this.clients.of(provider)).metadata();
      this.ofProviders.set(provider.id, certificateOf(provider, 'saml-provider', certificates));
    } catch (error) {
      // What was known before is still the best guess; sign-ins and the test of the provider say what is wrong.
      if (!this.stopped) this.log.debug({ err: error, provider: provider.name }, 'The metadata could not be read');
    }
  }

  private addGauge(registry: Metrics['registry']): void {
    const list = (): KnownCertificate[] => this.list();
    const { clock } = this;
    new Gauge({
      name: 'license_server_saml_certificate_days_left',
      help: 'Days until a certificate for SAML expires, of this server or of a provider; below 0: it has',
      labelNames: ['provider_id', 'provider', 'use'],
      registers: [registry],
      collect() {
        this.reset();
        for (const { use, name, providerId, expiresAt } of list()) {
          const daysLeft = (expiresAt.getTime() - clock.millis()) / dayMillis;
          this.set({ provider_id: providerId ?? '', provider: name, use }, daysLeft);
        }
      },
    });
  }
}

function certificateOf(
  { id, name }: IdentityProvider,
  use: CertificateUse,
  certificates: readonly X509Certificate[],
): KnownCertificate {
  return { use, name, providerId: id, expiresAt: lastEndOf(certificates) };
}
