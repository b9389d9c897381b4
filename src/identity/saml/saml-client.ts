import { type Profile, SAML, type SamlConfig } from '@node-saml/node-saml';
import { type Clock } from '../../clock/clock.js';
import { DomainError } from '../../errors/domain-error.js';
import { RequestFailedError } from '../../outgoing/bounded-request.js';
import { boundedFetch } from '../single-sign-on/bounded-fetch.js';
import { Remembered } from '../single-sign-on/remembered.js';
import { type SignInSecrets } from '../single-sign-on/sign-in-ticket.js';
import { SingleSignOnError } from '../single-sign-on/single-sign-on.errors.js';
import { type Assertion, checkedAssertion, checkResponse, type NameId } from './assertion.js';
import { type LogoutMessage, type SamlLogoutRequest, readLogoutRequest } from './logout-request.js';
import { readMetadata, type SamlMetadata } from './provider-metadata.js';
import { type SamlProvider } from './saml-settings.js';
import { keysIn } from './service-keys.js';
import { readResponse, type SamlResponse, signedAssertion } from './signed-assertion.js';
import { elementAttribute } from './xml.js';

/** Milliseconds after which the metadata is fetched again: a withdrawn certificate is not good for longer. */
const metadataMillis = 3_600_000;

/** Milliseconds between two fetches that an unknown signature causes: anyone can send one. */
const strangersPauseMillis = 30_000;

/** This server's addresses for one provider. */
export interface ServiceAddresses {
  /** That of the own metadata is also the name of this server at the provider. */
  metadata: string;
  /** Where answers come in: the assertion consumer service. */
  acs: string;
  logout: string;
}

/** Whom to sign out. */
export interface SignOutHint {
  nameId: NameId;
  sessionIndex: string | undefined;
}

/** This server as a service of one SAML provider, as it is set up now: a change makes another one. */
export class SamlClient {
  private readonly provided: Remembered<SamlMetadata>;

  constructor(
    private readonly provider: SamlProvider,
    private readonly addresses: ServiceAddresses,
    private readonly clock: Clock,
    private readonly proxy: string | undefined,
  ) {
    this.provided = new Remembered(() => this.load(), clock);
  }

  /** What the provider says about itself. @throws SingleSignOnError */
  metadata(): Promise<SamlMetadata> {
    return this.provided.get(metadataMillis);
  }

  /**
   * Where a browser goes to sign in.
   *
   * @throws SingleSignOnError
   */
  async signInAddress({ requestId, state, provedAfter }: SignInSecrets): Promise<string> {
    const metadata = await this.metadata();
    const saml = this.saml(metadata, {
      ...(metadata.wantsSignedRequests && this.signing),
      generateUniqueId: () => requestId,
      forceAuthn: provedAfter !== undefined,
    });
    return saml.getAuthorizeUrlAsync(state, undefined, {});
  }

  /**
   * What a provider has said about a person, once everything about it is checked but which browser has asked.
   *
   * @param base64 as the browser has brought it
   * @throws SingleSignOnError
   */
  async read(base64: string): Promise<Assertion> {
    return this.checked((metadata) => this.check(readResponse(base64), metadata));
  }

  /**
   * Whom the provider has signed out, and wants to be signed out here.
   *
   * @throws SingleSignOnError
   */
  async readLogout(message: LogoutMessage): Promise<SamlLogoutRequest> {
    return this.checked((metadata) => {
      const { entityId: issuer, certificates } = metadata;
      const expected = { issuer, recipient: this.addresses.logout, now: this.clock.now() };
      return readLogoutRequest(message, { saml: this.saml(metadata, {}), certificates, expected });
    });
  }

  /** Where a browser goes to tell the provider that a person is signed out here; undefined: there is no such place. */
  async signedOutAddress({ id }: SamlLogoutRequest, relayState: string): Promise<string | undefined> {
    const metadata = await this.metadata();
    if (!metadata.signOut) return undefined;
    const saml = this.saml(metadata, { ...this.signing, logoutUrl: metadata.signOut.answer });
    return saml.getLogoutResponseUrlAsync({ ID: id } as Profile, relayState, {}, true);
  }

  /** Where a browser goes to be signed out at the provider, too; undefined: the provider has no such place. */
  async signOutAddress({ nameId, sessionIndex }: SignOutHint): Promise<string | undefined> {
    const metadata = await this.metadata();
    if (!metadata.signOut) return undefined;
    const { value, format, nameQualifier, spNameQualifier } = nameId;
    const person = { nameID: value, nameIDFormat: format, nameQualifier, spNameQualifier, sessionIndex };
    const saml = this.saml(metadata, { ...this.signing, logoutUrl: metadata.signOut.request });
    return saml.getLogoutUrlAsync(person as Profile, '', {});
  }

  private async checked<T>(check: (metadata: SamlMetadata) => Promise<T>): Promise<T> {
    return this.withReadableErrors(async () => {
      const known = await this.metadata();
      try {
        return await check(known);
      } catch (error) {
        // The provider may sign with a key that it did not have an hour ago.
        const fresh = await this.provided.get(strangersPauseMillis);
        if (fresh === known) throw error;
        return check(fresh);
      }
    });
  }

  private async check(response: SamlResponse, metadata: SamlMetadata): Promise<Assertion> {
    const expected = {
      issuer: metadata.entityId,
      audience: this.addresses.metadata,
      recipient: this.addresses.acs,
      now: this.clock.now(),
    };
    checkResponse(response.root, expected);
    const privateKeys = keysIn(this.provider.keys).map(({ privateKey }) => privateKey);
    const signed = await signedAssertion(response, {
      privateKeys,
      samlWith: (decryptionPvk) => this.saml(metadata, { decryptionPvk }),
    });
    const assertion = checkedAssertion(signed, expected);
    const answered = elementAttribute(response.root, 'InResponseTo');
    if (answered !== undefined && answered !== assertion.requestId) {
      throw new SingleSignOnError(
        'provider-answer-invalid',
        'The response and the assertion answer different requests.',
      );
    }
    return assertion;
  }

  private async load(): Promise<SamlMetadata> {
    const { metadata, metadataUrl, caCertificate } = this.provider.settings;
    if (metadata) return readMetadata(metadata, this.clock.now());
    const bounds = {
      trustedHost: new URL(metadataUrl).hostname,
      caCertificate: caCertificate || undefined,
      clock: this.clock,
      proxy: this.proxy,
    };
    return this.withReadableErrors(async () => {
      const response = await boundedFetch(metadataUrl, {}, bounds);
      if (response.status === 200) return readMetadata(await response.text(), this.clock.now());
      throw new SingleSignOnError('provider-misconfigured', `${metadataUrl} answered with status ${response.status}.`);
    });
  }

  private get signing(): Pick<SamlConfig, 'privateKey' | 'signatureAlgorithm'> {
    return { privateKey: this.provider.keys.privateKey, signatureAlgorithm: 'sha256' };
  }

  /** The library for one request or answer. Times and addresses are checked here: by the server's clock, and all of them. */
  private saml({ certificates, signOn }: SamlMetadata, options: Partial<SamlConfig>): SAML {
    return new SAML({
      idpCert: certificates.map(String),
      issuer: this.addresses.metadata,
      callbackUrl: this.addresses.acs,
      entryPoint: signOn,
      identifierFormat: null,
      disableRequestedAuthnContext: true,
      wantAssertionsSigned: true,
      wantAuthnResponseSigned: false,
      audience: false,
      acceptedClockSkewMs: -1,
      cacheProvider: nothingCached,
      ...options,
    });
  }

  /** Turns what libraries throw into what administrators and users read. */
  private async withReadableErrors<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof DomainError) throw error;
      const problem = error instanceof RequestFailedError ? 'provider-unavailable' : 'provider-answer-invalid';
      throw new SingleSignOnError(problem, (error as Error).message.slice(0, 300));
    }
  }
}

/** Which requests are out is in the cookies of the browsers. */
const nothingCached = {
  saveAsync: () => Promise.resolve(null),
  getAsync: () => Promise.resolve(null),
  removeAsync: () => Promise.resolve(null),
};
