import { Inject, Injectable } from '@nestjs/common';
import os from 'node:os';
import { type KnownCertificate } from '../../network/certificates.js';
import { SITE_CERTIFICATE, type SiteCertificate } from './site-certificate.js';

/** The certificates that this server uses: its own, and those that other modules tell of. */
@Injectable()
export class KnownCertificates {
  private readonly sources: (() => readonly KnownCertificate[])[] = [];

  constructor(@Inject(SITE_CERTIFICATE) private readonly site: SiteCertificate | undefined) {}

  addSource(source: () => readonly KnownCertificate[]): void {
    this.sources.push(source);
  }

  list(): KnownCertificate[] {
    const own: KnownCertificate[] = this.site
      ? [{ use: 'https', name: os.hostname(), providerId: null, expiresAt: new Date(this.site.expiresAt) }]
      : [];
    return [...own, ...this.sources.flatMap((source) => source())];
  }
}
