import { Inject, Injectable } from '@nestjs/common';
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
  type VerifiedRegistrationResponse,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import net from 'node:net';
import { SETTINGS } from '../../config/config.module.js';
import { type Settings } from '../../config/settings.js';
import { type PasskeyAnswer } from './dto/passkey.js';
import { PasskeyChallenges } from './passkey-challenges.js';
import { PasskeyRefusedError, PasskeysUnavailableError } from './second-factor.errors.js';
import { type SecondFactor } from './second-factor.entity.js';

/** A passkey that has been made. */
type NewPasskey = NonNullable<VerifiedRegistrationResponse['registrationInfo']>['credential'];

/** The answer of a passkey, and what it was asked for. */
export interface PasskeyAssertion {
  answer: PasskeyAnswer;
  purpose: string;
}

/** What passkeys sign is checked here (WebAuthn level 3). They are bound to the address in SERVER_URL, whatever a request says. */
@Injectable()
export class Passkeys {
  private readonly site: { rpID: string; origin: string };
  /** Browsers create passkeys only for host names, and only over HTTPS or on localhost. */
  readonly areAvailable: boolean;

  constructor(
    private readonly challenges: PasskeyChallenges,
    @Inject(SETTINGS) { serverUrl }: Settings,
  ) {
    const { hostname, origin, protocol } = new URL(serverUrl);
    const isLocal = hostname === 'localhost' || hostname.endsWith('.localhost');
    const isName = net.isIP(hostname.replace(/^\[|\]$/g, '')) === 0;
    this.site = { rpID: hostname, origin };
    this.areAvailable = isName && (protocol === 'https:' || isLocal);
  }

  /** @throws PasskeysUnavailableError */
  async creationOptions(
    { id, email }: { id: number; email: string },
    known: readonly SecondFactor[],
  ): Promise<PublicKeyCredentialCreationOptionsJSON> {
    this.check();
    return generateRegistrationOptions({
      rpName: 'License Server',
      rpID: this.site.rpID,
      userName: email,
      userID: new TextEncoder().encode(`account ${id}`),
      challenge: this.challenges.create(`create ${id}`),
      attestationType: 'none',
      excludeCredentials: known.map(descriptorOf),
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    });
  }

  /** @throws PasskeyRefusedError */
  async created(
    userId: number,
    response: RegistrationResponseJSON,
  ): Promise<{ passkey: NewPasskey; challenge: string }> {
    this.check();
    let challenge = '';
    try {
      const { verified, registrationInfo } = await verifyRegistrationResponse({
        response,
        expectedChallenge: (given) => this.challenges.isOurs((challenge = given), `create ${userId}`),
        expectedOrigin: this.site.origin,
        expectedRPID: this.site.rpID,
        requireUserVerification: true,
      });
      if (verified) return { passkey: registrationInfo.credential, challenge };
    } catch {
      // What a client sends may be anything: all of it is one refusal.
    }
    throw new PasskeyRefusedError('invalid');
  }

  /** @param known the passkeys of an account; none: whichever the browser has */
  async requestOptions(
    purpose: string,
    known: readonly SecondFactor[] = [],
  ): Promise<PublicKeyCredentialRequestOptionsJSON> {
    this.check();
    return generateAuthenticationOptions({
      rpID: this.site.rpID,
      allowCredentials: known.length > 0 ? known.map(descriptorOf) : undefined,
      challenge: this.challenges.create(purpose),
      userVerification: 'required',
    });
  }

  /** @returns what the passkey has counted to, and the challenge that it has signed; undefined: it is not good */
  async answered(
    { credentialId, publicKey, counter, transports }: SecondFactor,
    { answer, purpose }: PasskeyAssertion,
  ): Promise<{ counter: number; challenge: string } | undefined> {
    if (!credentialId || !publicKey || !this.areAvailable) return undefined;
    let challenge = '';
    try {
      const { verified, authenticationInfo } = await verifyAuthenticationResponse({
        response: answer as AuthenticationResponseJSON,
        expectedChallenge: (given) => this.challenges.isOurs((challenge = given), purpose),
        expectedOrigin: this.site.origin,
        expectedRPID: this.site.rpID,
        credential: {
          id: credentialId.toString('base64url'),
          publicKey: new Uint8Array(publicKey),
          counter: counter ?? 0,
          transports,
        },
        requireUserVerification: true,
      });
      return verified ? { counter: authenticationInfo.newCounter, challenge } : undefined;
    } catch {
      return undefined;
    }
  }

  private check(): void {
    if (!this.areAvailable) throw new PasskeysUnavailableError();
  }
}

function descriptorOf({ credentialId, transports }: SecondFactor): { id: string; transports: string[] } {
  return { id: credentialId?.toString('base64url') ?? '', transports };
}
