import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { clientAddress } from '../http/client-address.js';
import { AlreadySetUpError } from './setup.errors.js';
import { SetupProgress } from './setup-progress.js';
import { SetupToken } from './setup-token.js';

/** Accepts a caller with the setup token, as long as there is something to set up. */
@Injectable()
export class SetupTokenGuard implements CanActivate {
  constructor(
    private readonly setup: SetupProgress,
    private readonly token: SetupToken,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (await this.setup.isReady()) throw new AlreadySetUpError();
    const given = request.headers['x-setup-token'];
    await this.token.check(typeof given === 'string' ? given : undefined, clientAddress(request));
    return true;
  }
}
