import { ProviderProcess } from './provider-process.js';

/** A person as a provider knows them; the name under which it does is the NameID. */
export interface SamlPerson {
  attributes: Record<string, string | string[]>;
}

/** How a provider lies. */
export interface SamlLie {
  issuer?: string;
  /** Of the response alone. */
  responseIssuer?: string;
  /** Null: left out. */
  audience?: string | null;
  recipient?: string;
  destination?: string;
  /** Empty: left out. */
  inResponseTo?: string;
  /** Seconds that its clock is ahead. */
  clock?: number;
  /** Seconds from now. */
  issued?: number;
  /** Of the sign-in at the provider. */
  signedIn?: number;
  begin?: number;
  end?: number;
  /** XML in the NameID. */
  nameId?: string;
  format?: string;
  /** The ID of the assertion. */
  id?: string;
  unsigned?: boolean;
  foreignKey?: boolean;
  sha1?: boolean;
  signsResponse?: boolean;
  /** How the key of the encrypted assertion is encrypted. */
  encrypts?: 'rsa-oaep-mgf1p' | 'rsa-1_5';
}

export interface SamlState {
  people?: Record<string, SamlPerson>;
  /** The name of the person in front of the browser; null: the provider lets nobody in. */
  present?: string | null;
  lie?: SamlLie;
  instead?: { status: number; headers?: Record<string, string>; body?: string } | 'nothing' | null;
  wantsSignedRequests?: boolean;
}

/** What the service has asked the provider. */
export interface SamlRequest {
  kind: 'AuthnRequest' | 'LogoutRequest';
  id: string;
  destination: string;
  acs: string;
  issuer: string;
  isSigned: boolean;
  /** The fingerprint of the certificate with whose key it is signed. */
  signer?: string;
  /** The person has to prove again who they are. */
  forced: boolean;
  nameId?: string;
  sessionIndex?: string;
}

/** A SAML provider in a process of its own. */
export class SamlProvider {
  private constructor(
    private readonly process: ProviderProcess,
    /** Its address. */
    readonly url: string,
  ) {}

  static async start(): Promise<SamlProvider> {
    const process = new ProviderProcess('saml-provider-child.mjs');
    const { issuer } = await process.ask<{ issuer: string }>('start');
    return new SamlProvider(process, issuer);
  }

  async set(state: SamlState): Promise<void> {
    await this.process.ask('set', state);
  }

  /** Reads the metadata of the service. */
  async register(metadataUrl: string): Promise<void> {
    await this.process.ask('register', { metadataUrl });
  }

  /** From now on its metadata has another key, too. */
  async announceKey(): Promise<void> {
    await this.process.ask('announceKey');
  }

  /** From now on it signs with the key that was announced last, or with one that nobody knows yet. */
  async turnKey({ announced }: { announced: boolean }): Promise<void> {
    await this.process.ask('turnKey', { announced });
  }

  /** A request to sign out: the query of an address, or the field of a form. */
  logoutRequest(request: {
    nameId: string;
    sessionIndex?: string;
    binding: 'query' | 'form';
    unsigned?: boolean;
    /** What an attacker puts in place of a part of it. */
    altered?: string;
  }): Promise<{ query?: string; form?: string }> {
    return this.process.ask('logoutRequest', request);
  }

  async metadata(): Promise<string> {
    return (await this.process.ask<{ metadata: string }>('metadata')).metadata;
  }

  async lastRequest(): Promise<SamlRequest> {
    const { requests } = await this.process.ask<{ requests: SamlRequest[] }>('requests');
    const last = requests.at(-1);
    if (!last) throw new Error('The provider was asked nothing');
    return last;
  }

  close(): Promise<void> {
    return this.process.close();
  }
}
