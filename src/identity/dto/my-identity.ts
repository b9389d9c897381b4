import { ApiProperty } from '@nestjs/swagger';
import { type ProviderKind, providerKinds } from '../identity-provider.entity.js';

/** A provider with which an account is linked. */
export class MyIdentity {
  @ApiProperty()
  providerId!: number;

  @ApiProperty({ description: 'What people call the provider.' })
  name!: string;

  @ApiProperty({ enum: [...providerKinds] })
  kind!: ProviderKind;

  @ApiProperty({ description: 'The address that the provider has for the person.' })
  email!: string;

  @ApiProperty({ description: 'When the person was there last, to an hour.' })
  lastSeenAt!: Date;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Where a browser signs in once more with the provider; null: with a password, or not at present.',
  })
  url!: string | null;
}
