import { OmitType } from '@nestjs/swagger';
import { ArrayMaxSize } from 'class-validator';
import { EmailField, Flag, Optional, Text, Verbatim } from '../../http/validation/fields.js';
import { Nested, NestedList } from '../../http/validation/nested.js';
import { GroupRule, maxGroups, NewIdentityProvider } from '../../identity/dto/identity-provider.js';
import { largestLicenseFile } from '../../license/file/license-text.js';
import { ServerSettingsChange } from '../../organization/dto/server-settings.js';
import { ProvisionedMailServer, ProvisionedOrganization, ProvisionedWebhook } from './provisioned-organization.js';

/** The first administrator of the server. */
export class ProvisionedAdministrator {
  @EmailField()
  email!: string;

  @Verbatim({ max: 1000, optional: true, description: 'Needed until the server is set up.' })
  password?: string;

  @Text({ max: 100, min: 0, optional: true })
  firstName?: string;

  @Text({ max: 100, min: 0, optional: true })
  lastName?: string;
}

export class ProvisionedServerSettings extends OmitType(ServerSettingsChange, ['version']) {}

export class ProvisionedGroup extends OmitType(GroupRule, ['organizationId', 'teamId']) {
  @Text({ max: 100, optional: true, description: 'The name of an organization: the group gives a role there.' })
  organization?: string;

  @Text({ max: 100, optional: true, description: 'The name of a team of this organization.' })
  team?: string;
}

export class ProvisionedProvider extends OmitType(NewIdentityProvider, ['groups']) {
  @Optional()
  @ArrayMaxSize(maxGroups)
  @NestedList(() => ProvisionedGroup)
  groups?: ProvisionedGroup[];
}

/** One file of the folder: what it names is set, the rest of the server stays as it is. */
export class ProvisioningFile {
  @Optional()
  @Nested(() => ProvisionedAdministrator)
  administrator?: ProvisionedAdministrator;

  @Verbatim({ max: largestLicenseFile, optional: true, description: "The text of the vendor's license file." })
  license?: string;

  @Flag({ optional: true, description: 'Start the evaluation on a server without a license.' })
  evaluation?: boolean;

  @Optional()
  @Nested(() => ProvisionedServerSettings)
  settings?: ProvisionedServerSettings;

  @Optional()
  @Nested(() => ProvisionedMailServer)
  mailServer?: ProvisionedMailServer;

  @Optional()
  @ArrayMaxSize(1000)
  @NestedList(() => ProvisionedOrganization)
  organizations?: ProvisionedOrganization[];

  @Optional()
  @ArrayMaxSize(30)
  @NestedList(() => ProvisionedWebhook)
  webhooks?: ProvisionedWebhook[];

  @Optional()
  @ArrayMaxSize(100)
  @NestedList(() => ProvisionedProvider)
  identityProviders?: ProvisionedProvider[];
}
