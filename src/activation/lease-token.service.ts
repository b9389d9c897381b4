import { Injectable } from '@nestjs/common';
import { type Grant, expiryWarning } from '../license/grants.js';
import { type Feature, type LicenseType } from '../license/license-file.js';
import { LicenseService } from '../license/license.service.js';
import { productName } from '../license/product.js';
import { SigningService } from '../signing/signing.service.js';
import { type Lease } from './lease.service.js';

/** The claims that Katalon Studio reads. Deliberately without `exp`, `nbf` and `iat`, which it checks with no leeway. */
export interface StudioClaims {
  licenseType: LicenseType;
  /** NumericDate, whole seconds. */
  expirationDate: number;
  /** NumericDate, whole seconds. */
  renewTime: number;
  machineId: string;
  organizationId: number;
  features: { id: number; name: string; key: string }[];
  testing: false;
}

/** Turns leases into what clients can verify. */
@Injectable()
export class LeaseTokenService {
  constructor(
    private readonly licenses: LicenseService,
    private readonly signing: SigningService,
  ) {}

  async forStudio(lease: Lease, machineId: string): Promise<{ token: string; warning: string | null }> {
    const grant = this.grantOf(lease);
    const claims: StudioClaims = {
      licenseType: grant?.licenseType ?? 'FREE',
      expirationDate: seconds(lease.expiresAt),
      renewTime: seconds(lease.renewAt),
      machineId,
      organizationId: lease.organizationId,
      features: numbered(grant?.features ?? []),
      testing: false,
    };
    return { token: await this.signing.sign('studio', claims), warning: this.warningOf(grant, lease) };
  }

  async forNative(
    lease: Lease,
    session: { machineId: string; sessionId: string },
  ): Promise<{ token: string; warning: string | null }> {
    const grant = this.grantOf(lease);
    const token = await this.signing.sign('native', {
      jti: lease.id,
      product: lease.product,
      model: lease.model,
      organizationId: lease.organizationId,
      machineId: session.machineId,
      sessionId: session.sessionId,
      licenseType: grant?.licenseType ?? 'FREE',
      features: grant?.features ?? [],
      iat: seconds(lease.renewedAt),
      exp: seconds(lease.expiresAt),
    });
    return { token, warning: this.warningOf(grant, lease) };
  }

  private grantOf({ product, model, renewedAt }: Lease): Grant | undefined {
    return this.licenses.grant(product, model, renewedAt);
  }

  private warningOf(grant: Grant | undefined, { renewedAt, beyond, quota, product }: Lease): string | null {
    const warnings = [
      beyond > 0 &&
        `${quota + beyond} ${productName[product]} seats are in use, ${beyond} more than there are. Ask your administrator for more.`,
      grant && expiryWarning(grant, renewedAt),
    ].filter((warning): warning is string => typeof warning === 'string');
    return warnings.length > 0 ? warnings.join(' ') : null;
  }

  /**
   * The text of a `.lic` file for a machine without a network. It is good until it expires and cannot be called back.
   *
   * @param grant of the pool whose seat it takes
   */
  async forOffline(grant: Grant, organizationId: number, machineId: string, expiresAt: Date): Promise<string> {
    const claims: StudioClaims = {
      licenseType: grant.licenseType,
      expirationDate: seconds(expiresAt),
      renewTime: seconds(expiresAt),
      machineId,
      organizationId,
      features: numbered([
        ...grant.features.filter(({ key }) => key !== 'offline'),
        { key: 'offline', name: 'Offline' },
      ]),
      testing: false,
    };
    return this.signing.sign('studio', claims);
  }
}

function seconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}

function numbered(features: readonly Feature[]): StudioClaims['features'] {
  return features.map(({ name, key }, index) => ({ id: index + 1, name, key }));
}
