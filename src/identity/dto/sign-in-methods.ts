import { ApiProperty } from '@nestjs/swagger';
import { Text } from '../../http/validation/fields.js';

export class DirectoryMethod {
  @ApiProperty()
  id!: number;

  @ApiProperty()
  name!: string;
}

export class ProviderMethod {
  @ApiProperty()
  id!: number;

  @ApiProperty()
  name!: string;

  @ApiProperty({ enum: ['oidc', 'saml'] })
  kind!: 'oidc' | 'saml';

  @ApiProperty({ description: 'Where a sign-in with the provider begins.' })
  url!: string;
}

/** The ways to sign in to the console. */
export class SignInMethods {
  @ApiProperty({ description: 'With an e-mail address and a password.' })
  password!: boolean;

  @ApiProperty({ description: 'With a passkey alone.' })
  passkey!: boolean;

  @ApiProperty({
    type: [DirectoryMethod],
    description: 'Directories whose user names and passwords are accepted, too.',
  })
  directories!: DirectoryMethod[];

  @ApiProperty({ type: [ProviderMethod], description: 'Providers of single sign-on.' })
  providers!: ProviderMethod[];
}

export class SignInMethodsQuery {
  @Text({
    max: 253,
    optional: true,
    example: 'example.com',
    description: 'The domain of an e-mail address: of the providers, only those that vouch for it.',
  })
  domain?: string;
}
