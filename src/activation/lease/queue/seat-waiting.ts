import { Inject, Injectable } from '@nestjs/common';
import { type Logger } from 'pino';
import { SETTINGS } from '../../../config/config.module.js';
import { type Settings } from '../../../config/settings.js';
import { TooManyOpenError } from '../../../errors/limit-errors.js';
import { LOG } from '../../../log/log.module.js';
import { passesByItself, productOf } from '../../seat/seat-decision.js';
import { ServerStoppingError } from '../../seat/seat-errors.js';
import { type CheckOutItem, type CheckOutResult } from '../check-out/check-out-item.js';
import { type Asking, CheckOuts } from '../check-outs.js';
import { LeaseReleaseService } from '../ending/lease-release.service.js';
import { SeatQueue, type Waiting } from './seat-queue.js';

/** How one of Katalon's clients waits: for as long as the policy says. */
interface ClientWaiting {
  former?: CheckOutItem['former'];
  gone?: AbortSignal;
}

/** Asks for a seat, and waits for one where the client or the policy wants it. */
@Injectable()
export class SeatWaiting {
  constructor(
    private readonly checkOuts: CheckOuts,
    private readonly queue: SeatQueue,
    private readonly releases: LeaseReleaseService,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  /** For a client that says how long it waits. */
  async asAsked(asking: Asking, waiting: Waiting): Promise<CheckOutResult> {
    const result = await this.checkOuts.ask(asking, { mayWait: 'as-asked' });
    if (result.outcome !== 'denied') return result;
    if (result.crowd) throw this.crowded(result.crowd);
    return this.wait(asking, waiting, result.ticket);
  }

  /** A Runtime Engine that asks for its first seat waits for as long as the policy says. */
  async asClient(asking: Asking, { former, gone }: ClientWaiting): Promise<CheckOutResult> {
    const { caller, session, organizationId } = asking;
    const mayWait = gone && session.client === 'engine' ? ('by-policy' as const) : undefined;
    const result = await this.checkOuts.ask(asking, { recordDenial: true, former, mayWait });
    if (!gone || result.outcome !== 'denied' || result.ticket === undefined) return result;
    const { waitSeconds: seconds = 0, position, ticket } = result;
    const { machineId, sessionId, hostname } = session;
    const about = { organizationId, userId: caller.id, machineId, sessionId, hostname };
    this.log.info({ ...about, position, seconds }, 'A Runtime Engine waits for a seat');
    try {
      const answer = await this.wait(asking, { seconds, gone }, ticket);
      const code = answer.outcome === 'denied' ? answer.code : undefined;
      this.log.info({ ...about, outcome: answer.outcome, code }, 'A Runtime Engine has waited for a seat');
      return answer;
    } catch (error) {
      if (!(error instanceof ServerStoppingError)) throw error;
      if (gone.aborted) {
        this.log.info(about, 'A Runtime Engine has disconnected while it waited for a seat');
        throw error;
      }
      // The client gets the refusal with the holders, which helps its user more than the news that the server is stopping.
      return this.checkOuts.ask(asking, { recordDenial: true });
    }
  }

  private crowded(of: 'user' | 'organization'): TooManyOpenError {
    const { maxWaitingPerUser, maxWaitingPerOrganization } = this.settings;
    return of === 'user'
      ? new TooManyOpenError('too-many-waiting', maxWaitingPerUser)
      : new TooManyOpenError('too-many-waiting-here', maxWaitingPerOrganization);
  }

  /** Waits for a seat, and in the end is refused like any other request. */
  private async wait(asking: Asking, { seconds, gone }: Waiting, ticket: number | undefined): Promise<CheckOutResult> {
    const lastTry = { ticket, recordDenial: true };
    if (ticket === undefined) return this.checkOuts.ask(asking, lastTry);
    const { caller, session, organizationId } = asking;
    const place = { ticket, organizationId, product: productOf(session.clientPackage) };
    let isPlaceLeft = false;
    const isGone = (): boolean => gone.aborted;
    try {
      const answer = await this.queue.wait(place, { seconds, gone }, async () => {
        const result = await this.checkOuts.ask(asking, { ticket });
        return result.outcome === 'denied' && passesByItself(result.code) ? undefined : result;
      });
      const seat = answer?.outcome === 'denied' ? undefined : answer;
      // The client is gone, so it cannot learn of a seat or of a refusal.
      if (isGone()) {
        if (seat) await this.releases.cancel(caller, seat.id);
        throw new ServerStoppingError();
      }
      const result = seat ?? (await this.checkOuts.ask(asking, lastTry));
      isPlaceLeft = true;
      if (isGone() && result.outcome !== 'denied') {
        await this.releases.cancel(caller, result.id);
        throw new ServerStoppingError();
      }
      return result;
    } finally {
      if (!isPlaceLeft) await this.queue.leave(ticket);
    }
  }
}
