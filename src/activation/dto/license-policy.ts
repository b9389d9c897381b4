import { ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsInt, IsNotEmpty, IsString, Max, MaxLength, Min } from 'class-validator';
import { Optional } from '../../http/fields.js';

/** Patterns of machine ids and host names. */
function Patterns(description: string): PropertyDecorator {
  return (target, property) => {
    ApiPropertyOptional({
      type: [String],
      description: `${description} \`*\` stands for anything.`,
      example: ['build-*'],
    })(target, property);
    Optional()(target, property);
    IsArray()(target, property);
    ArrayMaxSize(500)(target, property);
    IsString({ each: true })(target, property);
    IsNotEmpty({ each: true })(target, property);
    MaxLength(255, { each: true })(target, property);
  };
}

/** What an organization has decided about its seats; what is absent stays as it is. */
export class LicensePolicy {
  @ApiPropertyOptional({
    type: Number,
    minimum: 1,
    maximum: 43_200,
    description: 'Minutes that a lease lasts; 15 unless changed.',
  })
  @Optional()
  @IsInt()
  @Min(1)
  @Max(43_200)
  leaseMinutes?: number;

  @ApiPropertyOptional({
    type: Number,
    minimum: 0,
    maximum: 100,
    description: 'Floating seats that may be granted beyond the quota, in percent of it, with a warning; 0: none.',
  })
  @Optional()
  @IsInt()
  @Min(0)
  @Max(100)
  overQuotaPercent?: number;

  @Patterns('Machine ids and host names that may have seats; none: all.')
  allowedMachines?: string[];

  @Patterns('Machine ids and host names that get no seat, whatever is allowed.')
  deniedMachines?: string[];
}
