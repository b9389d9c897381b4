import { Choice, VersionField } from '../../http/fields.js';
import { type OrganizationCreators, organizationCreators } from '../organization-policy.js';

export class ServerSettings {
  @Choice(organizationCreators, {
    description: 'Who may create organizations: `everybody` is everybody with a verified address.',
    example: 'root',
  })
  organizationCreation!: OrganizationCreators;

  @VersionField()
  version?: number;
}
