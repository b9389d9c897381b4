import { Choice, VersionField } from '../../http/fields.js';

/** Who may create organizations: every account whose address is verified, or the server's administrators only. */
export const organizationCreators = ['everybody', 'root'] as const;
export type OrganizationCreators = (typeof organizationCreators)[number];

export class ServerSettings {
  @Choice(organizationCreators, {
    description: 'Who may create organizations: `everybody` is everybody with a verified address.',
    example: 'root',
  })
  organizationCreation!: OrganizationCreators;

  @VersionField()
  version?: number;
}
