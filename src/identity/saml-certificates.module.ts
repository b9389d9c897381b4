import { Module } from '@nestjs/common';
import { IdentityModule } from './identity.module.js';
import { SamlCertificates } from './saml/saml-certificates.js';

/** For the server alone: commands that use identity providers neither watch certificates nor fetch metadata. */
@Module({ imports: [IdentityModule], providers: [SamlCertificates] })
export class SamlCertificatesModule {}
