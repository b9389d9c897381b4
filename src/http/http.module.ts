import { type DynamicModule, Global, Module } from '@nestjs/common';
import { ClientHold } from './client-hold.js';
import { Draining } from './draining.js';
import { OtherMethods } from './other-methods.js';
import { KnownCertificates } from './tls/known-certificates.js';
import { SITE_CERTIFICATE, type SiteCertificate } from './tls/site-certificate.js';

@Global()
@Module({})
export class HttpModule {
  static with(certificate: SiteCertificate | undefined): DynamicModule {
    return {
      module: HttpModule,
      providers: [
        ClientHold,
        Draining,
        KnownCertificates,
        OtherMethods,
        { provide: SITE_CERTIFICATE, useValue: certificate },
      ],
      exports: [ClientHold, Draining, KnownCertificates],
    };
  }
}
