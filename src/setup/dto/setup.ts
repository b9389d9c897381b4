import { ApiProperty } from '@nestjs/swagger';
import { LogoView } from '../../branding/dto/logo.js';
import { EmailField, Text, Verbatim } from '../../http/validation/fields.js';
import { SignInMethods } from '../../identity/dto/sign-in-methods.js';

export const setupStates = ['license-required', 'account-required', 'ready'] as const;
export type SetupState = (typeof setupStates)[number];

export class InfoView {
  @ApiProperty({ example: 'License server' })
  name!: string;

  @ApiProperty()
  version!: string;

  @ApiProperty({ format: 'uuid', description: 'Of this installation; the vendor can bind a license to it.' })
  serverId!: string;

  @ApiProperty({ description: 'What clients and people are given as the address of this server.' })
  serverUrl!: string;

  @ApiProperty({ type: String, nullable: true, description: 'The name that its administrator has given it.' })
  siteName!: string | null;

  @ApiProperty({
    type: LogoView,
    nullable: true,
    description: 'What is known of its logo, which `GET /api/v1/logo` answers; null: it has none.',
  })
  logo!: LogoView | null;

  @ApiProperty({ enum: setupStates })
  setup!: SetupState;

  @ApiProperty({ description: 'Runs on the evaluation license alone.' })
  evaluation!: boolean;

  @ApiProperty({ description: 'Whether this release offers the evaluation.' })
  evaluationOffered!: boolean;

  @ApiProperty({ description: "Whether a vendor's key is configured, without which no license file is accepted." })
  vendorKey!: boolean;

  @ApiProperty({ description: 'The ways to sign in to the console, as `GET /api/v1/auth/methods` tells them.' })
  signInMethods!: SignInMethods;
}

export class DefaultAccount {
  @EmailField()
  email!: string;

  // Longer than any password, so that the rule's own words are heard.
  @Verbatim({
    max: 1000,
    description: '8 to 128 characters, none of the common ones.',
    example: 'correct horse battery',
  })
  password!: string;

  @Text({ max: 100, min: 0, optional: true, example: 'Ada' })
  firstName?: string;

  @Text({ max: 100, min: 0, optional: true, example: 'Lovelace' })
  lastName?: string;
}

export class SetupAnswer {
  @ApiProperty({ enum: setupStates, description: 'The next step.' })
  setup!: SetupState;
}
