import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsInt, IsUrl, Max, MaxLength, Min, ValidateBy } from 'class-validator';
import { Transform } from 'class-transformer';
import { Nested } from '../../http/validation/nested.js';
import { Choice, Optional, Text } from '../../http/validation/fields.js';
import { canonicalEmail, hasEmailForm } from '../../text/email-address.js';

function Count(): PropertyDecorator {
  return (target, property) => {
    ApiProperty({ type: Number, required: false, minimum: 0 })(target, property);
    Optional()(target, property);
    IsInt()(target, property);
    Min(0)(target, property);
    Max(100_000_000)(target, property);
  };
}

export class ExecutionTotals {
  @Count()
  total?: number;

  @Count()
  passed?: number;

  @Count()
  failed?: number;

  @Count()
  errors?: number;

  @Count()
  skipped?: number;
}

export class ExecutionNotification {
  @Text({ max: 200, example: 'Nightly regression' })
  suite!: string;

  @Choice(['PASSED', 'FAILED', 'ERROR', 'INCOMPLETE'], { example: 'FAILED' })
  status!: string;

  @ApiProperty({ type: ExecutionTotals, required: false })
  @Optional()
  @Nested(() => ExecutionTotals)
  totals?: ExecutionTotals;

  @ApiProperty({ type: String, required: false, example: 'https://ci.example.com/job/42' })
  @Optional()
  @IsUrl(
    { protocols: ['http', 'https'], require_protocol: true, require_tld: false },
    { message: 'url must be an address that begins with http:// or https://' },
  )
  @MaxLength(2000)
  url?: string;

  @ApiProperty({
    type: 'array',
    items: { type: 'string', format: 'email', maxLength: 254 },
    required: false,
    description: 'Members of the organization; you, when absent.',
  })
  @Optional()
  @ArrayMaxSize(100, { message: 'to must hold at most 100 addresses' })
  @ArrayMinSize(1, { message: 'to must hold at least one address, or be absent' })
  @Transform(({ value }: { value: unknown }) =>
    Array.isArray(value)
      ? value.map((each: unknown) => (typeof each === 'string' ? canonicalEmail(each) : each))
      : value,
  )
  @ValidateBy(
    { name: 'isEmail', validator: { validate: (value) => typeof value === 'string' && hasEmailForm(value) } },
    { each: true, message: 'to must hold e-mail addresses' },
  )
  // The lowest is checked first.
  @IsArray({ message: 'to must be a list of e-mail addresses' })
  to?: string[];
}

export class SentNotification {
  @ApiProperty({ type: [String], description: 'Who gets it.' })
  to!: string[];
}
