import { Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { type Logger } from 'pino';
import { SETTINGS } from '../../config/config.module.js';
import { type Settings } from '../../config/settings.js';
import { LOG } from '../../log/log.module.js';
import { serverVersion } from '../pages/server-package.js';
import { TRACING, type Tracing } from '../../tracing/tracing.js';

@Global()
@Module({
  providers: [{ provide: TRACING, useFactory: tracingBy, inject: [SETTINGS, LOG] }],
  exports: [TRACING],
})
export class TracingModule implements OnApplicationShutdown {
  constructor(@Inject(TRACING) private readonly tracing: Tracing | undefined) {}

  // By then the last answers have been given.
  async onApplicationShutdown(): Promise<void> {
    await this.tracing?.shutdown();
  }
}

async function tracingBy(settings: Settings, log: Logger): Promise<Tracing | undefined> {
  const { otlpEndpoint: endpoint, otlpHeaders: headers, otlpServiceName: serviceName, otlpShare: share } = settings;
  if (endpoint === undefined) return undefined;
  const { openTelemetry } = await import('../../tracing/open-telemetry.js');
  return openTelemetry({ endpoint, headers, serviceName, share, version: serverVersion }, (cause) =>
    log.warn({ cause }, 'Traces could not be sent'),
  );
}
