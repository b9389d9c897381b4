import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { compactVerify, exportJWK, type JWK } from 'jose';
import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { Repository } from 'typeorm';
import { SecretKey, SecretKeyError } from '../secret/secret-key.js';
import { jwsPart } from './jws-part.js';
import { keyIdOf } from './key-id.js';
import { SigningKey, type SigningPurpose } from './signing-key.entity.js';

/** A public key as JSON (RFC 7517). */
export type PublishedKey = JWK & { kid: string; alg: string; use: 'sig' };

interface Signer {
  kid: string;
  algorithm: string;
  publicPem: string;
  publicKey: KeyObject;
  privateKey: KeyObject;
  /** The JOSE header as it stands in every token, encoded. */
  header: string;
}

const generate = promisify(generateKeyPair);
const signOnAnotherThread = promisify(sign);

/**
 * This server's own signing keys: RSA for Katalon Studio, which knows nothing else, and Ed25519 for native leases. Made
 * at the first start; all servers of one database share them, so a lease from one is as good as from another.
 */
@Injectable()
export class SigningService implements OnModuleInit {
  private readonly signers = new Map<SigningPurpose, Signer>();

  constructor(
    @InjectRepository(SigningKey) private readonly keys: Repository<SigningKey>,
    private readonly secretKey: SecretKey,
  ) {}

  /** @throws SecretKeyError when the database belongs to an installation with another secret key */
  async onModuleInit(): Promise<void> {
    for (const purpose of ['studio', 'native'] as const) {
      const key = (await this.keys.findOneBy({ purpose })) ?? (await this.create(purpose));
      let privatePem: string;
      try {
        privatePem = this.secretKey.open(key.privateKeySealed);
      } catch {
        throw new SecretKeyError(
          'This database was set up with another secret key. Put the secret.key file of that installation in its place ' +
            '(SECRET_KEY_FILE; it is part of every backup).',
        );
      }
      const alg = purpose === 'studio' ? 'RS256' : 'EdDSA';
      this.signers.set(purpose, {
        kid: key.kid,
        publicPem: key.publicKey,
        publicKey: createPublicKey(key.publicKey),
        privateKey: createPrivateKey(privatePem),
        algorithm: alg,
        header: jwsPart({ alg, typ: 'JWT', kid: key.kid }),
      });
    }
  }

  /** SPKI in PEM, for whoever verifies what this server has signed. */
  publicPem(purpose: SigningPurpose): string {
    return this.signer(purpose).publicPem;
  }

  /** Every key that a live token may be signed with. */
  async publishedKeys(): Promise<PublishedKey[]> {
    return Promise.all(
      [...this.signers.values()].map(async ({ kid, algorithm, publicKey }) => ({
        ...(await exportJWK(publicKey)),
        kid,
        alg: algorithm,
        use: 'sig' as const,
      })),
    );
  }

  publicKey(purpose: SigningPurpose): KeyObject {
    return this.signer(purpose).publicKey;
  }

  /**
   * Signs claims as a compact JWS. RSA takes a third of a millisecond and is done on another thread; Ed25519 takes less than
   * going there and back.
   */
  async sign(purpose: SigningPurpose, claims: object): Promise<string> {
    const { header, privateKey } = this.signer(purpose);
    const input = `${header}.${jwsPart(claims)}`;
    const bytes = Buffer.from(input);
    const signature =
      purpose === 'studio' ? await signOnAnotherThread('sha256', bytes, privateKey) : sign(null, bytes, privateKey);
    return `${input}.${signature.toString('base64url')}`;
  }

  /** The claims of a compact JWS that this server has signed; undefined: it has not. Their times are not looked at. */
  async verify(purpose: SigningPurpose, token: string): Promise<unknown> {
    const { algorithm, publicKey } = this.signer(purpose);
    try {
      const { payload } = await compactVerify(token, publicKey, { algorithms: [algorithm] });
      return JSON.parse(Buffer.from(payload).toString());
    } catch {
      return undefined;
    }
  }

  private signer(purpose: SigningPurpose): Signer {
    const signer = this.signers.get(purpose);
    if (!signer) throw new Error('The signing keys are not loaded yet');
    return signer;
  }

  private async create(purpose: SigningPurpose): Promise<SigningKey> {
    const { publicKey, privateKey } =
      purpose === 'studio' ? await generate('rsa', { modulusLength: 2048 }) : await generate('ed25519');
    await this.keys
      .createQueryBuilder()
      .insert()
      .values({
        purpose,
        kid: await keyIdOf(publicKey),
        publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
        privateKeySealed: this.secretKey.seal(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()),
      })
      // Another server may be making one at the same moment; the first one counts.
      .orIgnore()
      .execute();
    return this.keys.findOneByOrFail({ purpose });
  }
}
