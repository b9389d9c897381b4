import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { SETTINGS } from '../config/config.module.js';
import { type Settings } from '../config/settings.js';
import { trustAnchor } from '../config/trust-anchor.js';
import { SigningService } from '../signing/signing.service.js';
import { evaluationClaims } from './file/evaluation.js';
import { LicenseFile, trustedKeys, type TrustedKeys } from './file/license-file.js';

/** The keys that license files are verified with: the vendor's, and this server's own for the evaluation license. */
@Injectable()
export class LicenseKeys implements OnModuleInit {
  private vendorKeys: TrustedKeys | undefined;

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly signing: SigningService,
  ) {}

  async onModuleInit(): Promise<void> {
    this.vendorKeys = await trustedKeys(this.settings.vendorKeys);
  }

  get areLoaded(): boolean {
    return this.vendorKeys !== undefined;
  }

  get vendor(): TrustedKeys {
    return this.vendorKeys ?? new Map<string, never>();
  }

  /** Of all times: an evaluation may be older than the key of today. None in a release without the evaluation. */
  get selfIssued(): TrustedKeys {
    return trustAnchor.evaluation ? this.signing.publicKeys('native') : new Map<string, never>();
  }

  /** Issues the evaluation license to this server. */
  async issueEvaluation(serverId: string, at: Date): Promise<LicenseFile> {
    const token = await this.signing.sign('native', evaluationClaims(serverId, at));
    return LicenseFile.read(token, this.selfIssued);
  }
}
