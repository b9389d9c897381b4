import { type ExecutionContext, Injectable } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import { type FastifyRequest } from 'fastify';
import { RequestValidationPipe } from '../../http/validation/validation.js';
import { SignIn } from './dto/sign-in.js';

/** Accepts the e-mail address and password of an account. */
@Injectable()
export class LocalGuard extends AuthGuard('local') {
  private readonly pipe = new RequestValidationPipe();

  /** Guards run before pipes, and a malformed request is not a wrong password. */
  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    request.body = await this.pipe.transform(request.body, { type: 'body', metatype: SignIn });
    return (await super.canActivate(context)) as boolean;
  }
}
