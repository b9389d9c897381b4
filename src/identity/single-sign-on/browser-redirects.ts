import { Injectable } from '@nestjs/common';
import { type Exchange } from '../../auth/second-factor/browser-sign-in.js';
import { DomainError, NotFoundError } from '../../errors/domain-error.js';
import { ProviderAddresses } from './provider-addresses.js';

/** Sends browsers on. Whatever was refused is said on the sign-in page, in the language of the person. */
@Injectable()
export class BrowserRedirects {
  constructor(private readonly addresses: ProviderAddresses) {}

  /** @param work finds the address to go to */
  async send({ request, reply }: Exchange, work: () => Promise<string>): Promise<void> {
    let address: string;
    try {
      address = await work();
    } catch (error) {
      if (!(error instanceof DomainError) || error instanceof NotFoundError) throw error;
      address = this.addresses.of(`/sign-in?refused=${encodeURIComponent(error.code)}`);
    }
    // What was posted is not posted again.
    await reply.redirect(address, request.method === 'POST' ? 303 : 302);
  }
}
