import { ApiProperty } from '@nestjs/swagger';
import { type CertificateUse, certificateUses, type KnownCertificate } from '../../network/certificates.js';

export class ServerCertificateView implements KnownCertificate {
  @ApiProperty({
    enum: certificateUses,
    enumName: 'CertificateUse',
    description:
      '`https`: with which this server answers. `saml-server`: with which it signs for a SAML provider, and decrypts. `saml-provider`: with which the provider signs; of several, the one that ends last.',
  })
  use!: CertificateUse;

  @ApiProperty({ example: 'licenses', description: 'The machine, or the SAML provider.' })
  name!: string;

  @ApiProperty({ type: Number, nullable: true, description: 'Null for `https`.' })
  providerId!: number | null;

  @ApiProperty()
  expiresAt!: Date;
}
