import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { Choice, Verbatim } from '../../../http/validation/fields.js';
import { withoutInvisible } from '../../../text/invisible.js';
import { packages } from '../../seat/seat-decision.js';

/** The clients write `organizationId=` when they have none. */
function OptionalOrganization(): PropertyDecorator {
  return (target, property) => {
    ApiPropertyOptional({
      oneOf: [
        { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER },
        { type: 'string', pattern: '^(null)?$' },
        { type: 'null' },
      ],
      description: 'Empty or absent: the server chooses.',
    })(target, property);
    IsOptional()(target, property);
    Transform(({ value }: { value: unknown }) => {
      if (value === '' || value === 'null') return undefined;
      return typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
    })(target, property);
    IsInt({ message: 'organizationId must be a whole number, or empty' })(target, property);
    Min(1)(target, property);
    Max(Number.MAX_SAFE_INTEGER)(target, property);
  };
}

/** Text that clients of some versions send, others not, some without a value. */
function Hint(max: number): PropertyDecorator {
  return (target, property) => {
    ApiPropertyOptional({ type: String, maxLength: max })(target, property);
    IsOptional()(target, property);
    IsString()(target, property);
    MaxLength(max)(target, property);
  };
}

export class ClientMachineQuery {
  @Verbatim({
    max: 255,
    description: 'Machine id. Where a license comes of it: 16 to 128 hexadecimal digits and hyphens.',
    example: '0cc175b9c0f1b6a831c399e269772661',
  })
  machineKey!: string;

  @Choice(packages, { example: 'KSE' })
  package!: (typeof packages)[number];

  @OptionalOrganization()
  organizationId?: number;
}

export class ReleaseQuery extends ClientMachineQuery {
  @Verbatim({ max: 255, description: 'Id of this run of the client.' })
  sessionId!: string;

  @Hint(100)
  ksVersion?: string;
}

export class ActivateQuery extends ReleaseQuery {
  @Hint(255)
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? withoutInvisible(value) : value))
  hostname?: string;

  @Hint(254)
  email?: string;
}

export class FeaturesQuery {
  @OptionalOrganization()
  organizationId?: number;

  @Hint(100)
  ksVersion?: string;
}

export class ExpirationQuery {
  @Choice(['KSE', 'ENGINE'])
  feature!: 'KSE' | 'ENGINE';

  @OptionalOrganization()
  organizationId?: number;
}

export class ActivatedOrganization {
  @ApiProperty()
  id!: number;

  @ApiProperty()
  name!: string;

  @ApiProperty({ type: String, nullable: true })
  role!: string | null;
}

export class ActivatedLicense {
  @ApiProperty()
  id!: number;

  @ApiProperty({ description: 'Compact JWS, RS256.' })
  value!: string;

  @ApiProperty()
  machineId!: string;

  @ApiProperty()
  createAt!: Date;

  @ApiProperty()
  expirationDate!: Date;

  @ApiProperty()
  organization!: ActivatedOrganization;

  @ApiProperty({ type: String, nullable: true, description: 'A warning; the seat was granted.' })
  errorMessage!: string | null;

  @ApiProperty({ description: 'PEM of the key that verifies `value`.' })
  publicKey!: string;
}

export class KatalonOrganization extends ActivatedOrganization {
  @ApiProperty({ description: 'Whether the organization has Runtime Engine seats.' })
  kreLicense!: boolean;
}

export class FeatureView {
  @ApiProperty()
  name!: string;

  @ApiProperty()
  key!: string;
}

/** What a client reports of a finished session. Loose, for clients differ; what cannot be read is left out. */
export class TrackedSession {
  static readonly open = true;

  @OptionalOrganization()
  organizationId?: number;

  @Hint(255)
  machineId?: string;

  @Hint(255)
  sessionId?: string;

  @Hint(50)
  startTime?: string;

  @Hint(50)
  endTime?: string;

  @ApiPropertyOptional({
    anyOf: [{ type: 'number', format: 'double' }, {}],
    description:
      'Seconds since the client was last used; the server may then end the session. Values that are not numbers are ignored.',
  })
  @IsOptional()
  idleSeconds?: unknown;

  @Hint(100)
  ksVersion?: string;
}

/** An empty page in the form of Katalon TestOps. */
export class TestOpsPage {
  @ApiProperty({ type: [Object], example: [] })
  content!: object[];

  @ApiProperty({ example: true })
  empty!: boolean;

  @ApiProperty({ example: true })
  last!: boolean;
}
