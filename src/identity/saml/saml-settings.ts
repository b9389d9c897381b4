/** Milliseconds that the clocks of a provider and of this server may differ. */
export const leewayMillis = 60_000;

/** What is set of a SAML provider, as its row has it. An empty text: not set. */
export interface SamlSettings {
  /** Where the provider publishes its metadata. */
  metadataUrl: string;
  /** The metadata itself, where it cannot be fetched. It comes before the address. */
  metadata: string;
  /** Certificates of a private authority, in PEM, for fetching the metadata. */
  caCertificate: string;
  /** The names of attributes; empty: those that most providers use. */
  attributes: { email: string; firstName: string; lastName: string };
  /** The attribute that lists the groups; empty: the provider does not decide about roles. */
  groupsAttribute: string;
  /** Whether people may begin at the provider, without a request of this server. */
  allowIdpInitiated: boolean;
}

/** With what this server signs what it says to a provider, and opens what the provider encrypts for it. In PEM. */
export interface ServiceKey {
  privateKey: string;
  certificate: string;
}

/** The keys for one provider: the pair that signs, and while it is being replaced, one more. Both open what is encrypted. */
export interface ServiceKeys extends ServiceKey {
  /** Made to replace the one that signs. */
  next?: ServiceKey;
  /** It signed before. */
  former?: ServiceKey;
}

/** A provider whose keys have been opened. */
export interface SamlProvider {
  id: number;
  name: string;
  settings: SamlSettings;
  keys: ServiceKeys;
}
