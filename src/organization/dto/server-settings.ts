import { type SecondFactorHolders, secondFactorHolders } from '../../auth/second-factor/second-factor-rule.js';
import { Choice, VersionField } from '../../http/fields.js';

/** Who may create organizations: every account whose address is verified, or the server's administrators only. */
export const organizationCreators = ['everybody', 'root'] as const;
export type OrganizationCreators = (typeof organizationCreators)[number];

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

  @VersionField()
  version?: number;
}
