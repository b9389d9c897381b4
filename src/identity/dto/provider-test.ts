import { ApiProperty } from '@nestjs/swagger';
import { Text, Verbatim } from '../../http/validation/fields.js';
import { type FindingCode, findingCodes, type FindingDetails } from '../provider-test/test-findings.js';

/** A person with whom a directory is tried. */
export class ProviderTestRequest {
  @Text({ max: 320, optional: true, description: 'ldap: the name with which the person signs in.' })
  user?: string;

  @Verbatim({ max: 1000, min: 0, optional: true, description: 'ldap: with it, the sign-in is tried, too.' })
  password?: string;
}

/** Something that a step has found. */
export class TestFinding {
  @ApiProperty({ enum: findingCodes, enumName: 'FindingCode' })
  code!: FindingCode;

  @ApiProperty({
    type: 'object',
    additionalProperties: { oneOf: [{ type: 'string' }, { type: 'number', format: 'double' }] },
    description: 'What it is about, by name.',
  })
  details!: FindingDetails;
}

/** One step of a test. */
export class TestStep {
  @ApiProperty({ example: 'discovery' })
  step!: string;

  @ApiProperty()
  ok!: boolean;

  @ApiProperty({ description: 'What was found, or what is wrong, for people to read.' })
  message!: string;

  @ApiProperty({ type: [TestFinding], description: 'What `message` says, for programs.' })
  findings!: readonly TestFinding[];
}

export class ProviderTest {
  @ApiProperty({ description: 'Whether all steps have succeeded.' })
  ok!: boolean;

  @ApiProperty({ type: [TestStep] })
  steps!: TestStep[];
}
