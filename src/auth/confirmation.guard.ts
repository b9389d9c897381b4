import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import { ConfirmationRequiredError } from './auth.errors.js';
import { type AuthenticatedRequest } from '../access/caller.js';
import { confirmationMillis } from '../access/confirmed.js';
import { RouteAccess } from '../access/route-access.js';
import { SessionService } from './session/session.service.js';

/** Asks a browser's user again who they are before something dangerous: a session may be left open, or stolen. */
@Injectable()
export class ConfirmationGuard implements CanActivate {
  constructor(
    private readonly routes: RouteAccess,
    private readonly sessions: SessionService,
    private readonly clock: Clock,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const rule = this.routes.rulesOf(context).confirmation;
    if (!rule) return true;
    const { caller, body } = context.switchToHttp().getRequest<AuthenticatedRequest>();
    if (!caller?.sessionId || !rule(body)) return true;
    return this.isConfirmed(caller.sessionId);
  }

  /** From the database: the confirmation may have been given to another server a moment ago. */
  private async isConfirmed(sessionId: string): Promise<boolean> {
    const confirmedAt = await this.sessions.confirmedAt(sessionId);
    const age = this.clock.millis() - (confirmedAt?.getTime() ?? -Infinity);
    if (age > confirmationMillis) throw new ConfirmationRequiredError();
    return true;
  }
}
