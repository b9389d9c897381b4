import { Injectable } from '@nestjs/common';
import { isIPv6 } from 'node:net';
import { AccessRecord } from '../../audit/access-record.js';
import { networksOf } from '../../http/client-address.js';
import { type Caller } from '../../access/caller.js';

/** Records once a day from which networks an API key is used, and so when it turns up in a new one. */
@Injectable()
export class KeyUse {
  constructor(private readonly access: AccessRecord) {}

  /** @returns undefined when there is nothing to wait for, as in nearly all requests */
  note(caller: Caller): Promise<void> | undefined {
    const { apiKeyId, address } = caller;
    if (apiKeyId === undefined) return undefined;
    const network = networkOf(address ?? '');
    return this.access.daily(`api-key ${apiKeyId} ${network}`, () => ({
      actor: caller,
      change: { action: 'api-key.used', targetType: 'api-key', targetId: apiKeyId, details: { network } },
    }));
  }
}

/** The /24 of an IPv4 address, the /64 of an IPv6 address. */
export function networkOf(address: string): string {
  const { site, network } = networksOf(address);
  return isIPv6(address) ? site : network;
}
