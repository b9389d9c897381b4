import { ApiProperty } from '@nestjs/swagger';

/** A session has ended that began at an identity provider. */
export class SignedOut {
  @ApiProperty({ description: 'Where a browser goes to sign out at the provider, too.' })
  url!: string;
}
