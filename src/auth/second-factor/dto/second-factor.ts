import { ApiProperty } from '@nestjs/swagger';
import { Text, Verbatim } from '../../../http/validation/fields.js';
import { type FactorKind, factorKinds } from '../second-factor.entity.js';

/** What the second step of a sign-in takes. */
export const stepKinds = [...factorKinds, 'recovery-code'] as const;
export type StepKind = (typeof stepKinds)[number];

export class FactorView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ enum: [...factorKinds], description: '`totp` is an authenticator app.' })
  kind!: FactorKind;

  @ApiProperty()
  name!: string;

  @ApiProperty()
  createdAt!: Date;

  @ApiProperty({ type: Date, nullable: true })
  lastUsedAt!: Date | null;
}

export class BeginTotp {
  @Text({ max: 100, optional: true, description: 'What I call the app.', example: 'Phone' })
  name?: string;
}

export class NewTotp {
  @ApiProperty({ description: 'What the QR code says.', example: 'otpauth://totp/…' })
  uri!: string;

  @ApiProperty({ description: 'The secret in base32, to type it into the app.' })
  secret!: string;
}

export class FactorCode {
  @Verbatim({ max: 100, description: 'The six digits that the app shows.', example: '123456' })
  code!: string;
}

export class RecoveryCodesView {
  @ApiProperty({ type: [String], description: 'Ten codes, each good once. They are shown this once.' })
  recoveryCodes!: string[];
}

export class RecoveryCodeCount {
  @ApiProperty({ description: 'Recovery codes that were not used.' })
  left!: number;
}

export class SecondStepNeeded {
  @ApiProperty({
    enum: [...stepKinds],
    isArray: true,
    enumName: 'StepKind',
    description: 'What `POST /api/v1/auth/second-factor` takes for this account.',
  })
  secondFactor!: StepKind[];
}
