import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { compactVerify, decodeProtectedHeader, exportJWK, type JWK } from 'jose';
import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { type Logger } from 'pino';
import { promisify } from 'node:util';
import { type EntityManager, Repository } from 'typeorm';
import { Clock } from '../clock/clock.js';
import { Notifications } from '../database/notifications.js';
import { LOG } from '../log/log.module.js';
import { SecretKey, SecretKeyError } from '../secret/secret-key.js';
import { jwsPart } from './jws-part.js';
import { newSigningKey } from './new-signing-key.js';
import { RetiredSigningKey } from './retired-signing-key.entity.js';
import { SigningKey, type SigningPurpose } from './signing-key.entity.js';

/** A public key as JSON (RFC 7517). */
export type PublishedKey = JWK & { kid: string; alg: string; use: 'sig' };

/** A public key of this server, of today or of former days. */
export interface KnownKey {
  purpose: SigningPurpose;
  kid: string;
  algorithm: string;
  publicPem: string;
  publicKey: KeyObject;
  /** Undefined: it signs. */
  retiredAt?: Date;
  /** Until then something that it has signed may be live. */
  acceptedUntil?: Date;
}

interface Signer extends KnownKey {
  privateKey: KeyObject;
  /** The JOSE header as it stands in every token, encoded. */
  header: string;
}

const signOnAnotherThread = promisify(sign);
const purposes = ['studio', 'native'] as const;

/**
 * This server's own signing keys: RSA for Katalon Studio, which knows nothing else, and Ed25519 for native leases. Made
 * at the first start; all servers of one database share them, so a lease from one is as good as from another. When they are
 * replaced, every server hears of it and signs with the new ones; what the former ones have signed stays good.
 */
@Injectable()
export class SigningService implements OnModuleInit {
  private signers = new Map<SigningPurpose, Signer>();
  /** By `kid`; the current ones first, then the retired ones, newest first. */
  private known = new Map<string, KnownKey>();
  /** Numbers of the latest reading that was begun, and of the latest whose result is in use. */
  private begun = 0;
  private applied = 0;
  private reading: Promise<void> | undefined;
  private nextReading: Promise<void> | undefined;

  constructor(
    @InjectRepository(SigningKey) private readonly keys: Repository<SigningKey>,
    private readonly secretKey: SecretKey,
    private readonly clock: Clock,
    private readonly notifications: Notifications,
    @Inject(LOG) private readonly log: Logger,
  ) {
    const follow = (): void => {
      // Before the first reading there is nothing to bring up to date.
      if (this.applied === 0) return;
      this.secretKey.refresh();
      void this.reloadOrKeep();
    };
    notifications.on('signing_key_changed', follow);
    notifications.onResume(follow);
  }

  /** @throws SecretKeyError when the database belongs to an installation with another secret key */
  async onModuleInit(): Promise<void> {
    for (const purpose of purposes) {
      if (!(await this.keys.existsBy({ purpose }))) await this.create(purpose);
    }
    await this.load(this.keys.manager);
  }

  /** SPKI in PEM, to verify what this server has signed. */
  publicPem(purpose: SigningPurpose): string {
    return this.signer(purpose).publicPem;
  }

  /** The keys that sign, and after them all retired ones, newest first. */
  allKeys(): KnownKey[] {
    return [...this.known.values()];
  }

  /** Public keys by `kid`: of the purpose's key and of all that came before it. */
  publicKeys(purpose: SigningPurpose): Map<string, KeyObject> {
    const keys = this.allKeys().filter((key) => key.purpose === purpose);
    return new Map(keys.map(({ kid, publicKey }) => [kid, publicKey]));
  }

  /** Every key that a live token may be signed with. */
  async publishedKeys(): Promise<PublishedKey[]> {
    return Promise.all(
      this.allKeys()
        .filter((key) => this.isAccepted(key))
        .map(async ({ kid, algorithm, publicKey }) => ({
          ...(await exportJWK(publicKey)),
          kid,
          alg: algorithm,
          use: 'sig' as const,
        })),
    );
  }

  async sign(purpose: SigningPurpose, claims: object): Promise<string> {
    return (await this.signWithKey(purpose, claims)).token;
  }

  /**
   * Signs claims as a compact JWS. RSA takes a third of a millisecond and is done on another thread; Ed25519 takes less than
   * going there and back.
   *
   * @returns also the public key that verifies it, whatever has become of the keys meanwhile
   */
  async signWithKey(purpose: SigningPurpose, claims: object): Promise<{ token: string; publicPem: string }> {
    // While nothing is heard of a rotation, the database is asked.
    if (!this.notifications.isListening) await this.reloadOrKeep();
    const { header, privateKey, publicPem } = this.signer(purpose);
    const input = `${header}.${jwsPart(claims)}`;
    const bytes = Buffer.from(input);
    const signature =
      purpose === 'studio' ? await signOnAnotherThread('sha256', bytes, privateKey) : sign(null, bytes, privateKey);
    return { token: `${input}.${signature.toString('base64url')}`, publicPem };
  }

  /**
   * The claims of a compact JWS that this server has signed, with a key that something live may be signed with; undefined: it
   * has not. Their times are not looked at.
   */
  async verify(purpose: SigningPurpose, token: string): Promise<unknown> {
    const key = await this.keyOf(purpose, token);
    return key && this.isAccepted(key) ? claimsIn(token, key) : undefined;
  }

  /** As {@link verify}, of what is kept for longer than any token lives: any key counts that the server has ever had. */
  async verifyKept(purpose: SigningPurpose, jws: string): Promise<unknown> {
    const key = await this.keyOf(purpose, jws);
    return key && claimsIn(jws, key);
  }

  /** SPKI in PEM of the key that a token names, of today or of former days; undefined: this server has never had it. */
  async publicPemOf(purpose: SigningPurpose, token: string): Promise<string | undefined> {
    return (await this.keyOf(purpose, token))?.publicPem;
  }

  /**
   * Reads the keys again, so that what is signed in a transaction is signed with the key of that moment.
   *
   * @param manager of the transaction
   */
  async load(manager: EntityManager): Promise<void> {
    const reading = ++this.begun;
    // In this order: a key that is retired between the two is found twice, and no key is missed.
    const current = await manager.find(SigningKey);
    const retired = await manager.find(RetiredSigningKey, { order: { retiredAt: 'DESC', purpose: 'ASC' } });
    const signers = purposes.map((purpose) => this.signerOf(current.find((key) => key.purpose === purpose)));
    if (reading < this.applied) return;
    this.applied = reading;
    this.signers = new Map(signers.map((signer) => [signer.purpose, signer]));
    const former = retired
      .filter(({ kid }) => !signers.some((signer) => signer.kid === kid))
      .map(({ acceptedUntil, retiredAt, ...key }) => ({ ...publicPart(key), retiredAt, acceptedUntil }));
    this.known = new Map([...signers, ...former].map((key) => [key.kid, key]));
  }

  private isAccepted({ acceptedUntil }: KnownKey): boolean {
    return acceptedUntil === undefined || acceptedUntil > this.clock.now();
  }

  private async keyOf(purpose: SigningPurpose, token: string): Promise<KnownKey | undefined> {
    const kid = kidOf(token);
    if (kid === undefined) return undefined;
    // Another server may have signed it with a key that this one has not heard of yet.
    if (!this.known.has(kid)) await this.reloadOrKeep();
    const key = this.known.get(kid);
    return key?.purpose === purpose ? key : undefined;
  }

  /** However many ask for it meanwhile: one reading at a time, and one more for all of them. */
  private reload(): Promise<void> {
    if (!this.reading) {
      this.reading = this.load(this.keys.manager).finally(() => (this.reading = undefined));
      return this.reading;
    }
    const again = (): Promise<void> => {
      this.nextReading = undefined;
      return this.reload();
    };
    this.nextReading ??= this.reading.then(again, again);
    return this.nextReading;
  }

  private async reloadOrKeep(): Promise<void> {
    try {
      await this.reload();
    } catch (error) {
      this.log.warn({ err: error }, 'The signing keys could not be read again');
    }
  }

  private signer(purpose: SigningPurpose): Signer {
    const signer = this.signers.get(purpose);
    if (!signer) throw new Error('The signing keys are not loaded yet');
    return signer;
  }

  private signerOf(key: SigningKey | undefined): Signer {
    if (!key) throw new Error('The database has lost a signing key');
    const known = this.signers.get(key.purpose);
    if (known?.kid === key.kid) return known;
    let privatePem: string;
    try {
      privatePem = this.secretKey.open(key.privateKeySealed);
    } catch {
      throw new SecretKeyError(
        'This database was set up with another secret key. Put the secret.key file of that installation in its place ' +
          '(SECRET_KEY_FILE; it is part of every backup).',
      );
    }
    const shown = publicPart(key);
    return {
      ...shown,
      privateKey: createPrivateKey(privatePem),
      header: jwsPart({ alg: shown.algorithm, typ: 'JWT', kid: key.kid }),
    };
  }

  private async create(purpose: SigningPurpose): Promise<void> {
    const key = await newSigningKey(purpose, this.secretKey);
    // Another server may be making one at the same moment; the first one counts.
    await this.keys.createQueryBuilder().insert().values(key).orIgnore().execute();
  }
}

function publicPart({ purpose, kid, publicKey }: Pick<SigningKey, 'purpose' | 'kid' | 'publicKey'>): KnownKey {
  return {
    purpose,
    kid,
    algorithm: purpose === 'studio' ? 'RS256' : 'EdDSA',
    publicPem: publicKey,
    publicKey: createPublicKey(publicKey),
  };
}

function kidOf(token: string): string | undefined {
  try {
    return decodeProtectedHeader(token).kid;
  } catch {
    return undefined;
  }
}

async function claimsIn(token: string, { publicKey, algorithm }: KnownKey): Promise<unknown> {
  try {
    const { payload } = await compactVerify(token, publicKey, { algorithms: [algorithm] });
    return JSON.parse(Buffer.from(payload).toString());
  } catch {
    return undefined;
  }
}
