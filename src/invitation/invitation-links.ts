import { Inject, Injectable } from '@nestjs/common';
import { createHmac, randomBytes } from 'node:crypto';
import { SETTINGS } from '../config/config.module.js';
import { type Settings } from '../config/settings.js';
import { hashToken } from '../secret/random-token.js';
import { SecretKey } from '../secret/secret-key.js';

/** What the database keeps of a link, and the address that the mail names. */
interface NewLink {
  nonce: Buffer;
  tokenHash: Buffer;
  mailedTokenHash: Buffer | null;
  url: string;
}

/** The links of invitations: one that an administrator may copy, and one that only the server's own mail carries. */
@Injectable()
export class InvitationLinks {
  constructor(
    private readonly secretKey: SecretKey,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @param mailed whether the server's own mail server carries the link, so that it proves the address */
  create(mailed: boolean): NewLink {
    const nonce = randomBytes(32);
    const token = tokenOf(nonce, this.secretKey.derive(linkPurpose));
    const mailedToken = mailed ? tokenOf(nonce, this.secretKey.derive('mailed invitation links')) : null;
    return {
      nonce,
      tokenHash: hashToken(token),
      mailedTokenHash: mailedToken === null ? null : hashToken(mailedToken),
      url: this.linkOf(mailedToken ?? token),
    };
  }

  /** The link that an administrator may copy. */
  shown(nonce: Buffer, tokenHash: Buffer): string | null {
    const token = this.tokenFor(nonce, tokenHash);
    return token === undefined ? null : this.linkOf(token);
  }

  private linkOf(token: string): string {
    return `${this.settings.serverUrl}/invitations/${token}`;
  }

  /** @returns undefined when the secret key that it was made with is forgotten: the link works, and cannot be shown again */
  private tokenFor(nonce: Buffer, hash: Buffer): string | undefined {
    const find = (): string | undefined =>
      this.secretKey
        .derived(linkPurpose)
        .map(({ bytes }) => tokenOf(nonce, bytes))
        .find((token) => hashToken(token).equals(hash));
    return find() ?? (this.secretKey.refresh() ? find() : undefined);
  }
}

/** The database has the nonce and the token's hash; only with the secret key does the token follow. */
function tokenOf(nonce: Buffer, key: Buffer): string {
  return createHmac('sha256', key).update(nonce).digest('base64url');
}

/** What the key is for that links derive from which an administrator may copy. */
const linkPurpose = 'invitation links';
