import { OmitType } from '@nestjs/swagger';
import { ArrayMaxSize, IsInt, Matches, Max, Min } from 'class-validator';
import { LicensePolicy } from '../../activation/policy/dto/license-policy.js';
import { Choice, Flag, Optional, Text } from '../../http/validation/fields.js';
import { Nested, NestedList } from '../../http/validation/nested.js';
import { Allocation } from '../../license/dto/allocation.js';
import { type Product, products } from '../../license/file/product.js';
import { MailServerSettings } from '../../mail/dto/mail-server.js';
import { NewServiceAccount, NewServiceAccountKey } from '../../service-account/dto/service-account.js';
import { NewWebhook } from '../../webhook/dto/webhook.js';

/** The same as the routes take, with names in place of ids. */
export class ProvisionedMailServer extends OmitType(MailServerSettings, ['version']) {}

export class ProvisionedSeats extends OmitType(Allocation, ['version']) {}

export class ProvisionedTeam {
  @Text({ max: 100 })
  name!: string;
}

export class ProvisionedSeatRule {
  @Choice(products)
  product!: Product;

  @Text({ max: 100, optional: true, description: 'The name of a team of the organization; or else:' })
  team?: string;

  @Text({ max: 254, optional: true, description: 'The e-mail address of a member, or the name of a service account.' })
  member?: string;

  @IsInt()
  @Min(0)
  @Max(100_000)
  seats!: number;
}

export class ProvisionedPolicy extends OmitType(LicensePolicy, ['reservations', 'caps', 'version']) {
  @Optional()
  @ArrayMaxSize(500)
  @NestedList(() => ProvisionedSeatRule)
  reservations?: ProvisionedSeatRule[];

  @Optional()
  @ArrayMaxSize(500)
  @NestedList(() => ProvisionedSeatRule)
  caps?: ProvisionedSeatRule[];
}

export class ProvisionedKey extends NewServiceAccountKey {
  /** As random as those that the server makes: 256 bits. */
  @Matches(/^lsk_[\w-]{43}$/, {
    message: 'the key must be lsk_ and 43 random letters, digits, - or _, as the manual says how to make one',
  })
  key!: string;
}

export class ProvisionedServiceAccount extends NewServiceAccount {
  @Optional()
  @ArrayMaxSize(100)
  @NestedList(() => ProvisionedKey)
  keys?: ProvisionedKey[];
}

export class ProvisionedWebhook extends NewWebhook {
  /** 24 to 64 bytes, as the Standard Webhooks specification wants it. */
  @Optional()
  @Matches(/^whsec_(?:[A-Za-z\d+/]{4}){8,21}(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)?$/, {
    message: 'the secret must be whsec_ and 24 to 64 random bytes in base64, as the manual says how to make one',
  })
  secret?: string;

  @Flag({ optional: true })
  enabled?: boolean;
}

export class ProvisionedOrganization {
  @Text({ max: 100 })
  name!: string;

  @Flag({ optional: true })
  requireSecondFactor?: boolean;

  @Optional()
  @ArrayMaxSize(20)
  @NestedList(() => ProvisionedSeats)
  seats?: ProvisionedSeats[];

  @Optional()
  @Nested(() => ProvisionedPolicy)
  policy?: ProvisionedPolicy;

  @Optional()
  @ArrayMaxSize(1000)
  @NestedList(() => ProvisionedTeam)
  teams?: ProvisionedTeam[];

  @Optional()
  @ArrayMaxSize(1000)
  @NestedList(() => ProvisionedServiceAccount)
  serviceAccounts?: ProvisionedServiceAccount[];

  @Optional()
  @Nested(() => ProvisionedMailServer)
  mailServer?: ProvisionedMailServer;

  @Optional()
  @ArrayMaxSize(30)
  @NestedList(() => ProvisionedWebhook)
  webhooks?: ProvisionedWebhook[];
}
