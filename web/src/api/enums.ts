// The values that the server's API knows, from its description: the console keeps no list of its own.
export {
  apiKeyViewScopesValues as keyScopes,
  invitationViewStateValues as invitationStates,
  mailPreferencesMutedValues as mutableMails,
  mailServerViewProtocolValues as mailProtocols,
  memberRoleRoleValues as assignableRoles,
  newServiceAccountKeyScopesValues as serviceKeyScopes,
  outboxMailViewStateValues as mailStates,
  pathsApiV1OrganizationsOrganizationIdUtilizationGetParametersQueryIntervalValues as usageIntervals,
  pathsApiV1OrganizationsOrganizationIdUtilizationTotalsGetParametersQueryByValues as usageGroupings,
  pluginViewKindValues as pluginKinds,
  serverSettingsOrganizationCreationValues as organizationCreators,
  serverSettingsRequireSecondFactorValues as secondFactorHolders,
  subscriptionViewModelValues as seatModels,
  subscriptionViewProductValues as products,
  teamMemberRoleRoleValues as teamRoles,
} from '../../generated/api';
