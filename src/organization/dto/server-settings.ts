import { ApiProperty } from '@nestjs/swagger';
import { type SecondFactorHolders, secondFactorHolders } from '../../auth/second-factor/second-factor-rule.queries.js';
import { OneGroupOf } from '../../http/validation/field-groups.js';
import { Choice, Text, VersionField } from '../../http/validation/fields.js';

/** Who may create organizations: every account whose address is verified, or the server's administrators only. */
export const organizationCreators = ['everybody', 'root'] as const;
export type OrganizationCreators = (typeof organizationCreators)[number];

@OneGroupOf({ organizationCreation: 'given' }, { requireSecondFactor: 'given' }, { name: 'given' })
export class ServerSettingsChange {
  @Choice(organizationCreators, {
    optional: true,
    description: 'Who may create organizations: `everybody` is everybody with a verified address.',
    example: 'root',
  })
  organizationCreation?: OrganizationCreators;

  @Choice(secondFactorHolders, {
    optional: true,
    description: 'Who has to have a second factor, besides the members of organizations that require one.',
    example: 'root',
  })
  requireSecondFactor?: SecondFactorHolders;

  @Text({
    max: 60,
    min: 0,
    optional: true,
    description: 'What the sign-in page and mails about accounts call this server; empty: the name of the product.',
    example: 'Acme Licenses',
  })
  name?: string;

  @VersionField()
  version?: number;
}

export class ServerSettings {
  @Choice(organizationCreators, {
    description: 'Who may create organizations: `everybody` is everybody with a verified address.',
    example: 'root',
  })
  organizationCreation!: OrganizationCreators;

  @Choice(secondFactorHolders, {
    description: 'Who has to have a second factor, besides the members of organizations that require one.',
    example: 'root',
  })
  requireSecondFactor!: SecondFactorHolders;

  @ApiProperty({ description: 'What the sign-in page and mails call this server; empty: the name of the product.' })
  name!: string;

  @VersionField()
  version?: number;
}
