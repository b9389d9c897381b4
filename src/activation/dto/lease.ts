import { ApiProperty } from '@nestjs/swagger';
import { IsInt, Max, Min } from 'class-validator';
import { Choice, Text, Verbatim } from '../../http/fields.js';
import { Page } from '../../http/paging.js';
import { type Model, models, type Product, products } from '../../license/product.js';

export class NewLease {
  @ApiProperty({ example: 1 })
  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  organizationId!: number;

  @Choice(products, { example: 'KRE' })
  product!: Product;

  @Verbatim({ max: 255, description: 'Identifies the machine; opaque.', example: '0cc175b9c0f1b6a831c399e269772661' })
  machineId!: string;

  @Verbatim({ max: 255, description: 'Identifies this run of the client. The same one again prolongs its lease.' })
  sessionId!: string;

  @Text({ max: 255, optional: true, example: 'ci-agent-7' })
  hostname?: string;

  @Text({ max: 100, optional: true, example: '10.2.0' })
  version?: string;
}

export class RenewalView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ description: 'The seat is free for others from then on.' })
  expiresAt!: Date;

  @ApiProperty({ description: 'Renew from then on.' })
  renewAt!: Date;
}

export class LeaseView extends RenewalView {
  @ApiProperty({ description: 'Compact JWS (EdDSA): what was granted, to whom, with which features.' })
  token!: string;

  @ApiProperty({ enum: models, description: 'Which kind of seat it is.' })
  model!: Model;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'A warning for people, such as a license about to expire.',
  })
  warning!: string | null;
}

/** One product and model of an organization. */
export class SubscriptionView {
  @ApiProperty({ enum: products })
  product!: Product;

  @ApiProperty({ enum: models })
  model!: Model;

  @ApiProperty({ description: 'Seats of this organization.' })
  subscribed!: number;

  @ApiProperty({ description: 'Seats that are free: not leased, assigned or bound.' })
  available!: number;

  @ApiProperty({ description: 'Sessions that hold a seat now.' })
  online!: number;

  @ApiProperty({ description: 'Seats that offline licenses hold.' })
  offline!: number;

  @ApiProperty({ type: Number, nullable: true, description: 'Machines that may be registered; null: any number.' })
  machineQuota!: number | null;

  @ApiProperty({ description: 'When the license expires.' })
  expiry!: Date;

  @ApiProperty({ description: 'The end of the grace days.' })
  endsAt!: Date;

  @ApiProperty({ type: [String], description: 'Feature keys.' })
  features!: string[];

  @ApiProperty({ type: String, nullable: true })
  warning!: string | null;
}

export class OnlineLicenseView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ enum: products })
  product!: Product;

  @ApiProperty({ enum: models })
  model!: Model;

  @ApiProperty()
  userId!: number;

  @ApiProperty()
  email!: string;

  @ApiProperty()
  machineId!: string;

  @ApiProperty({ type: String, nullable: true })
  hostname!: string | null;

  @ApiProperty()
  sessionId!: string;

  @ApiProperty({ type: String, nullable: true })
  version!: string | null;

  @ApiProperty()
  startedAt!: Date;

  @ApiProperty()
  renewedAt!: Date;

  @ApiProperty()
  expiresAt!: Date;
}

export class OnlineLicensePage extends Page<OnlineLicenseView> {
  @ApiProperty({ type: [OnlineLicenseView] })
  declare content: OnlineLicenseView[];
}
