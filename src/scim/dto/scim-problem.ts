import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** A refusal as SCIM has it (RFC 7644, 3.12). */
export class ScimProblem {
  @ApiProperty({ type: [String], example: ['urn:ietf:params:scim:api:messages:2.0:Error'] })
  schemas!: string[];

  @ApiProperty({ example: '409', description: 'The HTTP status, as text.' })
  status!: string;

  @ApiPropertyOptional({ example: 'uniqueness' })
  scimType?: string;

  @ApiProperty({ description: 'What happened and what to do.' })
  detail!: string;

  @ApiProperty({ example: 'scim-uniqueness', description: 'For programs; never changes.' })
  code!: string;

  @ApiProperty({ description: 'The same as `detail`.' })
  message!: string;
}
