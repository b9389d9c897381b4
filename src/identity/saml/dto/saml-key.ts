import { ApiProperty } from '@nestjs/swagger';
import { type KeyState, keyStates } from '../service-keys.js';

/** A key of this server for a SAML provider, without the secret part of it. */
export class SamlKeyView {
  @ApiProperty({
    example: '6f3a…',
    description: "SHA-256 of the certificate, as 64 hexadecimal digits: the certificate's fingerprint.",
  })
  id!: string;

  @ApiProperty({
    enum: [...keyStates],
    description: '`in-use`: it signs. `next`: made to replace it. `former`: it signed before. All of them decrypt.',
  })
  state!: KeyState;

  @ApiProperty({ description: 'In PEM form, for providers that do not read metadata.' })
  certificate!: string;

  @ApiProperty()
  validFrom!: Date;

  @ApiProperty()
  validUntil!: Date;
}
