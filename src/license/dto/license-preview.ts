import { ApiProperty } from '@nestjs/swagger';
import { licenseWarnings, unacceptedSeats } from '../file/client-features.js';
import { type TimeStatement } from '../file/time-statement.js';
import { boundsOf } from '../file/license-bounds.js';
import { type PreviewedLicense } from '../license-installation.service.js';
import { type TimeCorrection } from '../recorded-time.service.js';
import { type LicenseFile } from '../file/license-file.js';
import { type Model, models, type Product, products } from '../file/product.js';
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

  @ApiProperty({
    format: 'double',
    description: 'Share of the seats that may be out as offline licenses, from 0 to 1.',
  })
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

/** A correction of the time by which licenses count, proved by what the vendor has signed. */
export class TimeCorrectionView {
  @ApiProperty({ description: 'When the vendor has signed it.' })
  provenTime!: Date;

  @ApiProperty({ description: 'The time that was recorded before, when the clock was in the future.' })
  recordedBefore!: Date;

  @ApiProperty({ description: 'The time that is recorded now, by which licenses count.' })
  recordedTime!: Date;
}

/** Another license file that is installed. */
export class OtherLicense {
  @ApiProperty()
  jti!: string;

  @ApiProperty()
  issuedAt!: Date;

  @ApiProperty()
  startsAt!: Date;

  @ApiProperty()
  expiresAt!: Date;
}

/** What a license file would grant if it were installed. */
export class LicensePreview {
  @ApiProperty({ description: "The vendor's id of the license." })
  jti!: string;

  @ApiProperty({ description: 'Who has issued it.' })
  issuer!: string;

  @ApiProperty({ description: 'Whom it was issued to.' })
  customer!: string;

  @ApiProperty({
    enum: ['ENTERPRISE', 'TRIAL', 'FREE', 'TIME'],
    description: '`TIME`: a statement of time, which corrects the recorded time and grants nothing.',
  })
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

  @ApiProperty({ description: 'It can be installed now, and its seats count from its first day.' })
  beginsLater!: boolean;

  @ApiProperty({
    type: OtherLicense,
    nullable: true,
    description: 'The issue of the same license that it takes the place of.',
  })
  replaces!: OtherLicense | null;

  @ApiProperty({ type: [OtherLicense], description: 'In force for a time together with it: their seats add up.' })
  addsTo!: OtherLicense[];

  @ApiProperty({ type: [OtherLicense], description: 'It goes on without a gap when these end.' })
  follows!: OtherLicense[];

  @ApiProperty({
    type: TimeCorrectionView,
    nullable: true,
    description: 'What its installation does to the recorded time.',
  })
  correctsTime!: TimeCorrectionView | null;

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

/** What a statement of time would do. */
export function statementPreview({ id, issuer }: TimeStatement, correction: TimeCorrection): LicensePreview {
  const { provenTime: at } = correction;
  return {
    jti: id,
    issuer,
    customer: '',
    licenseType: 'TIME',
    startsAt: at,
    expiresAt: at,
    endsAt: at,
    boundToServer: false,
    seats: [],
    beginsLater: false,
    replaces: null,
    addsTo: [],
    follows: [],
    correctsTime: correction,
    warnings: [],
    seatsTooMany: 0,
    unacceptedSeats: [],
  };
}

function otherLicense({ claims }: LicenseFile): OtherLicense {
  return {
    jti: claims.jti,
    issuedAt: new Date(claims.iat * 1000),
    startsAt: new Date(claims.nbf * 1000),
    expiresAt: new Date(claims.exp * 1000),
  };
}

/** @param seatsTooMany what of the seats in use would be without a license */
export function licensePreview({ file, at, ...changes }: PreviewedLicense, seatsTooMany = 0): LicensePreview {
  const { claims, endsAt, startsAt } = file;
  return {
    jti: claims.jti,
    issuer: claims.iss,
    customer: claims.customer.name,
    licenseType: claims.licenseType,
    startsAt,
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
    beginsLater: startsAt > at,
    replaces: changes.replaces ? otherLicense(changes.replaces) : null,
    addsTo: changes.addsTo.map(otherLicense),
    follows: changes.follows.map(otherLicense),
    correctsTime: changes.correction ?? null,
    warnings: licenseWarnings(claims),
    seatsTooMany,
    unacceptedSeats: unacceptedSeats(claims),
  };
}
