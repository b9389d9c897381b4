/** What is set of an OpenID provider, as its row has it. An empty text: not set. */
export interface OpenidSettings {
  issuer: string;
  clientId: string;
  /** Separated by blanks. */
  scopes: string;
  groupsClaim: string;
  /** Certificates of a private authority, in PEM. */
  caCertificate: string;
  /** The discovery document, for networks from which it cannot be fetched; may hold the keys as `jwks`. */
  metadata: string;
}

/** A provider whose secret has been opened. */
export interface OpenidProvider {
  id: number;
  name: string;
  settings: OpenidSettings;
  /** A text, or a private key in PEM form that signs what this server says to the provider. */
  clientSecret: string | undefined;
}
