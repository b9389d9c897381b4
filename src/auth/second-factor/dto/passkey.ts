import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsInt, IsObject, IsString, MaxLength } from 'class-validator';
import { Optional, Text, Verbatim } from '../../../http/validation/fields.js';
import { Nested } from '../../../http/validation/nested.js';
import { FactorView } from './second-factor.js';

/** Longer than what any authenticator sends. */
const max = 20_000;

/** What all answers of a passkey have, as browsers make them (`toJSON` of WebAuthn level 3). */
class PasskeyCredential {
  @Verbatim({ max: 2000 })
  id!: string;

  @Verbatim({ max: 2000 })
  rawId!: string;

  @Verbatim({ max: 100, example: 'public-key' })
  type!: string;

  @Verbatim({ max: 100, optional: true })
  authenticatorAttachment?: string;

  @ApiPropertyOptional({ type: Object })
  @Optional()
  @IsObject()
  clientExtensionResults?: object;
}

export class AssertionResponse {
  @Verbatim({ max })
  clientDataJSON!: string;

  @Verbatim({ max })
  authenticatorData!: string;

  @Verbatim({ max })
  signature!: string;

  @Verbatim({ max: 2000, optional: true, min: 0 })
  userHandle?: string;
}

export class PasskeyAnswer extends PasskeyCredential {
  @ApiProperty({ type: AssertionResponse })
  @Nested(() => AssertionResponse)
  response!: AssertionResponse;
}

export class AttestationResponse {
  @Verbatim({ max })
  clientDataJSON!: string;

  @Verbatim({ max })
  attestationObject!: string;

  @Verbatim({ max, optional: true })
  authenticatorData?: string;

  @ApiPropertyOptional({ type: [String] })
  @Optional()
  @IsArray()
  @ArrayMaxSize(10)
  @IsString({ each: true })
  @MaxLength(50, { each: true })
  transports?: string[];

  @ApiPropertyOptional()
  @Optional()
  @IsInt()
  publicKeyAlgorithm?: number;

  @Verbatim({ max, optional: true })
  publicKey?: string;
}

export class NewPasskey extends PasskeyCredential {
  @Text({ max: 100, optional: true, description: 'What I call the passkey.', example: 'Laptop' })
  name?: string;

  @ApiProperty({ type: AttestationResponse })
  @Nested(() => AttestationResponse)
  response!: AttestationResponse;
}

export class AddedPasskey extends FactorView {
  @ApiProperty({
    type: [String],
    description: 'With the first second factor: ten codes, each good once. They are shown this once. Empty otherwise.',
  })
  recoveryCodes!: string[];
}
