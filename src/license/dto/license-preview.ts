import { ApiProperty } from '@nestjs/swagger';
import { licenseWarnings, unacceptedSeats } from '../client-features.js';
import { boundsOf } from '../license-bounds.js';
import { type LicenseFile } from '../license-file.js';
import { type Model, models, type Product, products } from '../product.js';
import { UnacceptedSeatsView } from './unaccepted-seats.js';

/** Seats that a license file grants. */
export class GrantedSeats {
  @ApiProperty({ enum: [...products] })
  product!: Product;

  @ApiProperty({ enum: [...models] })
  model!: Model;

  @ApiProperty()
  quantity!: number;

  @ApiProperty({ type: Number, nullable: true, description: 'Machines that may be registered; null: any number.' })
  machineQuota!: number | null;

  @ApiProperty({ description: 'Whether offline licenses may be made of them.' })
  offline!: boolean;

  @ApiProperty({ type: String, nullable: true, description: 'When they begin; null: with the license.' })
  startsAt!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'When they end; null: with the license.' })
  expiresAt!: string | null;

  @ApiProperty({ description: 'Minutes that a lease may last.' })
  maxLeaseMinutes!: number;

  @ApiProperty({ description: 'Floating seats that may be granted beyond the quota, in percent of it.' })
  maxOveragePercent!: number;

  @ApiProperty({ description: 'Days that an offline license may last.' })
  offlineMaxDays!: number;

  @ApiProperty({ description: 'Share of the seats that may be out as offline licenses, from 0 to 1.' })
  offlineMaxShare!: number;

  @ApiProperty({
    description: 'A released seat whose token lives longer than this many minutes stays taken until it expires.',
  })
  freeOnReleaseMinutes!: number;

  @ApiProperty({ description: 'Days that a seat may be borrowed for; 0: not at all.' })
  borrowMaxDays!: number;

  @ApiProperty({ type: [String] })
  features!: string[];
}

/** What a license file would grant if it were installed. */
export class LicensePreview {
  @ApiProperty({ description: "The vendor's id of the license." })
  jti!: string;

  @ApiProperty({ description: 'Who has issued it.' })
  issuer!: string;

  @ApiProperty({ description: 'Whom it was issued to.' })
  customer!: string;

  @ApiProperty({ enum: ['ENTERPRISE', 'TRIAL', 'FREE'] })
  licenseType!: string;

  @ApiProperty()
  startsAt!: Date;

  @ApiProperty()
  expiresAt!: Date;

  @ApiProperty({ description: 'The end of the grace days.' })
  endsAt!: Date;

  @ApiProperty({ description: 'Whether it works on this server alone.' })
  boundToServer!: boolean;

  @ApiProperty({ type: [GrantedSeats] })
  seats!: GrantedSeats[];

  @ApiProperty({ type: [String], description: 'Seats that Katalon Studio or Runtime Engine will not accept, and why.' })
  warnings!: string[];

  @ApiProperty({ type: [UnacceptedSeatsView], description: 'The same as `warnings`, for programs.' })
  unacceptedSeats!: UnacceptedSeatsView[];

  @ApiProperty({
    description:
      'Seats in use that would be too many: their sessions would end. Sessions that share a seat count once.',
  })
  seatsTooMany!: number;
}

/** @param seatsTooMany what of the seats in use would be without a license */
export function licensePreview({ claims, endsAt }: LicenseFile, seatsTooMany = 0): LicensePreview {
  return {
    jti: claims.jti,
    issuer: claims.iss,
    customer: claims.customer.name,
    licenseType: claims.licenseType,
    startsAt: new Date(claims.nbf * 1000),
    expiresAt: new Date(claims.exp * 1000),
    endsAt,
    boundToServer: claims.serverId !== undefined,
    seats: claims.entitlements.map((entitlement) => ({
      product: entitlement.product,
      model: entitlement.model,
      quantity: entitlement.quantity,
      machineQuota: entitlement.machineQuota ?? null,
      offline: entitlement.offline ?? false,
      startsAt: entitlement.startsAt ?? null,
      expiresAt: entitlement.expiresAt ?? null,
      ...boundsOf(entitlement),
      features: entitlement.features.map(({ name, key }) => name || key),
    })),
    warnings: licenseWarnings(claims),
    seatsTooMany,
    unacceptedSeats: unacceptedSeats(claims),
  };
}
