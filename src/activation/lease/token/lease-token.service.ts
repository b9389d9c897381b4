import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { isDeepStrictEqual } from 'node:util';
import { DataSource, type EntityManager } from 'typeorm';
import { SeatJournal } from '../../../backup/journal/seat-journal.service.js';
import { isAcceptedByClient } from '../../../license/file/client-features.js';
import { besideOffline, type GrantPart, expiryWarning, partOf } from '../../../license/file/grants.js';
import { type Feature, type LicenseType } from '../../../license/file/license-file.js';
import { LicenseService } from '../../../license/license.service.js';
import { type Model, type Product, productName } from '../../../license/file/product.js';
import { SigningService } from '../../../signing/signing.service.js';
import { positionOf } from './lease-token.queries.js';
import { type GrantedLease } from '../lease.service.js';
import { checkMachineId } from '../../seat/machine-id.js';
import { ForeignLeaseTokenError, InvalidLeaseTokenError } from '../../seat/seat-errors.js';
import { counted, isOrAre } from '../../../errors/counted.js';

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

/** The claims of a native lease. */
export interface NativeClaims {
  /** Id of the lease. */
  jti: string;
  /** Of two grants the later one has the greater number. */
  fence: number;
  product: Product;
  model: Model;
  organizationId: number;
  machineId: string;
  sessionId: string;
  licenseType: LicenseType;
  features: Feature[];
  /** NumericDate, whole seconds. */
  iat: number;
  /** NumericDate, whole seconds. */
  exp: number;
  /** Of a borrowed seat, until when; absent: it is not borrowed. Sending this token back returns the seat. NumericDate. */
  borrowedUntil?: number;
}

/** Who the token is for. */
export type TokenHolder = Pick<NativeClaims, 'machineId' | 'sessionId'>;

/** What a token is made of. */
export type TokenLease = Pick<
  GrantedLease,
  | 'id'
  | 'number'
  | 'product'
  | 'model'
  | 'organizationId'
  | 'renewedAt'
  | 'expiresAt'
  | 'borrowedUntil'
  | 'overage'
  | 'quota'
>;

/** A license and the key that it is signed with, as Studio wants it. */
export interface SignedLicense {
  token: string;
  publicPem: string;
}

/** When a license ended that a session hears of whose seat is gone. */
export const endedLongAgo = new Date('2000-01-01T00:00:00.000Z');

/** A feature key without which the clients do not look at a license at all. */
const acceptedKey: Record<Product, string> = { KSE: 'gui', KRE: 'cli' };

/**
 * The clients look every 30 seconds whether their renewal is due, and lock themselves when their license has ended: so long before its
 * end it is due, however short it is.
 */
const twoLooksMillis = 60_000;

/** Turns leases into what clients can verify. */
@Injectable()
export class LeaseTokenService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly licenses: LicenseService,
    private readonly signing: SigningService,
    private readonly journal: SeatJournal,
  ) {}

  /** @returns also the key that the token is signed with, as Studio wants it */
  async forStudio(
    lease: GrantedLease,
    machineId: string,
  ): Promise<{ token: string; publicPem: string; warning: string | null }> {
    checkMachineId(machineId, 'client');
    await this.writeDown(lease);
    const part = await this.partOf(lease, true);
    const expiresAt = earlier(lease.expiresAt, part?.lastsUntil);
    const claims: StudioClaims = {
      licenseType: part?.licenseType ?? 'FREE',
      expirationDate: seconds(expiresAt),
      renewTime: seconds(earlier(lease.clientRenewAt, new Date(expiresAt.getTime() - twoLooksMillis))),
      machineId,
      organizationId: lease.organizationId,
      features: numbered(part?.features ?? []),
      testing: false,
    };
    return { ...(await this.signing.signWithKey('studio', claims)), warning: warningOf(lease, part) };
  }

  /**
   * A license that ended long ago, so that no slow clock takes it for good: the one answer that makes a Katalon client stop
   * when its own license ends.
   */
  forEndedSession(product: Product, organizationId: number, machineId: string): Promise<SignedLicense> {
    checkMachineId(machineId, 'client');
    const claims: StudioClaims = {
      licenseType: 'ENTERPRISE',
      expirationDate: seconds(endedLongAgo),
      renewTime: seconds(endedLongAgo),
      machineId,
      organizationId,
      features: [{ id: 1, name: productName[product], key: acceptedKey[product] }],
      testing: false,
    };
    return this.signing.signWithKey('studio', claims);
  }

  async forNative(lease: TokenLease, session: TokenHolder): Promise<{ token: string; warning: string | null }> {
    // Also of a lease that a former version granted.
    checkMachineId(session.machineId, 'native');
    await this.writeDown(lease);
    const part = await this.partOf(lease);
    const claims: NativeClaims = {
      jti: lease.id,
      fence: lease.number,
      product: lease.product,
      model: lease.model,
      organizationId: lease.organizationId,
      machineId: session.machineId,
      sessionId: session.sessionId,
      licenseType: part?.licenseType ?? 'FREE',
      features: part?.features ?? [],
      iat: seconds(lease.renewedAt),
      exp: seconds(earlier(lease.expiresAt, part?.lastsUntil)),
      ...(lease.borrowedUntil && { borrowedUntil: seconds(lease.borrowedUntil) }),
    };
    return { token: await this.signing.sign('native', claims), warning: warningOf(lease, part) };
  }

  /** The token of a borrowed seat is good for long: a restore of an older backup must know of it. */
  private async writeDown({ id, borrowedUntil }: TokenLease): Promise<void> {
    if (borrowedUntil) await this.journal.borrowed(id, borrowedUntil);
  }

  /**
   * Checks that a token is of this lease. Whether the lease still lives the database alone knows.
   *
   * @throws InvalidLeaseTokenError
   * @throws ForeignLeaseTokenError
   */
  async claimsOf(token: string, leaseId: string): Promise<NativeClaims> {
    const claims = (await this.signing.verify('native', token)) as Partial<NativeClaims> | undefined;
    if (typeof claims?.fence !== 'number') throw new InvalidLeaseTokenError();
    if (claims.jti !== leaseId) throw new ForeignLeaseTokenError();
    return claims as NativeClaims;
  }

  /**
   * The entitlement that the seat comes from. Where all are alike it does not matter which one; else the seats that were
   * taken first come from those that last longest, but for those that are out as offline licenses.
   */
  private async partOf(
    { id, product, model, renewedAt, expiresAt }: TokenLease,
    isForClient = false,
  ): Promise<GrantPart | undefined> {
    const inForce = this.licenses.parts(product, model, renewedAt);
    const accepted = inForce.filter(({ features }) => isAcceptedByClient(product, features));
    // Beside a vendor's license, the seats of an evaluation are not the ones that a client gets.
    const parts = isForClient && accepted.length > 0 ? accepted : inForce;
    const first = parts[0];
    const alike = parts.every(
      (part) =>
        part.lastsUntil >= expiresAt &&
        part.licenseType === first?.licenseType &&
        expiryWarning(part, renewedAt) === expiryWarning(first, renewedAt) &&
        isDeepStrictEqual(keysOf(part.features), keysOf(first.features)),
    );
    if (!first || alike) return first;
    const row = await positionOf(this.dataSource, { id, product, model }, renewedAt);
    return partOf(besideOffline(parts, row?.offline ?? 0), row?.position ?? 0);
  }

  /**
   * Reads the signing keys again: a file that is good for a year is to be signed with the key of this moment.
   *
   * @param manager of a transaction that no rotation of the keys runs beside
   */
  async useCurrentKeys(manager: EntityManager): Promise<void> {
    await this.signing.load(manager);
  }

  /**
   * The text of a `.lic` file for a machine without a network. It is good until it expires and cannot be called back.
   *
   * @param part the entitlement whose seat it takes
   */
  async forOffline(part: GrantPart, organizationId: number, machineId: string, expiresAt: Date): Promise<string> {
    checkMachineId(machineId, 'client');
    const claims: StudioClaims = {
      licenseType: part.licenseType,
      expirationDate: seconds(expiresAt),
      renewTime: seconds(expiresAt),
      machineId,
      organizationId,
      features: numbered([
        ...part.features.filter(({ key }) => key !== 'offline'),
        { key: 'offline', name: 'Offline' },
      ]),
      testing: false,
    };
    return this.signing.sign('studio', claims);
  }
}

/** What to tell the holder of the seat. Of several licenses, the one that it comes from is meant. */
function warningOf({ renewedAt, overage, quota, product }: TokenLease, part: GrantPart | undefined): string | null {
  const warnings = [
    overage > 0 &&
      `${counted(quota + overage, `${productName[product]} seat`)} ${isOrAre(quota + overage)} in use, ${overage} more than there are. Ask your administrator for more.`,
    part && expiryWarning(part, renewedAt),
  ].filter((warning): warning is string => typeof warning === 'string');
  return warnings.length > 0 ? warnings.join(' ') : null;
}

function keysOf(features: readonly Feature[]): string[] {
  return features.map(({ key }) => key).sort();
}

function earlier(date: Date, other: Date | undefined): Date {
  return other && other < date ? other : date;
}

function seconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}

function numbered(features: readonly Feature[]): StudioClaims['features'] {
  return features.map(({ name, key }, index) => ({ id: index + 1, name, key }));
}
