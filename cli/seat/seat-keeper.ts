import { randomUUID } from 'node:crypto';
import os from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  answerMillis,
  isOver,
  type LeaseTimes,
  planAfterFailure,
  planOf,
  type SeatPlan,
} from '../../clients/typescript/src/seat-plan.js';
import { RefusedError, type ServerCaller, UnreachableError } from '../running-server/server-call.js';

/** A seat to be taken. */
export interface WantedSeat {
  /** Looked up where it is not given. */
  organizationId: () => Promise<number>;
  product: string;
  /** The CI job that it is for. */
  jobId?: string;
  /** Seconds to wait when no seat is free. */
  waitSeconds: number;
}

interface Lease extends LeaseTimes {
  id: string;
  token: string | null;
}

/** The longest that the server lets one request wait, in seconds. */
const maxWaitSeconds = 240;

/** Milliseconds for the answer to a request, beside those that it waits in the queue. */
const promptMillis = 15_000;

/** The longest that a timer of Node takes, in milliseconds. */
const maxTimerMillis = 2 ** 31 - 1;

const now = (): number => performance.now();

/** Takes a seat and renews it in time, by the rules of the client library, until it is given back. Without renewals it falls free when its lease ends. */
export class SeatKeeper {
  private timer: NodeJS.Timeout | undefined;
  private isGivenBack = false;

  private constructor(
    private readonly server: ServerCaller,
    private lease: Lease,
    private plan: SeatPlan,
    private readonly tell: (message: string) => void,
  ) {
    this.follow(plan);
  }

  /**
   * Waits for a seat, and for a server that is away.
   *
   * @param tell called with what the person in front of it should know
   * @throws RefusedError when there is no seat, also after waiting; UnreachableError
   */
  static async take(server: ServerCaller, wanted: WantedSeat, tell: (message: string) => void): Promise<SeatKeeper> {
    const { waitSeconds: wait, product, jobId } = wanted;
    const hostname = os.hostname();
    const session = { product, jobId, hostname, machineId: hostname, sessionId: randomUUID() };
    let plan: SeatPlan = { attemptAt: now(), endsAt: now() + wait * 1000, failures: 0 };
    for (;;) {
      try {
        const organizationId = await wanted.organizationId();
        const sentAt = now();
        const waitSeconds = Math.min(Math.max(0, Math.ceil((plan.endsAt - sentAt) / 1000)), maxWaitSeconds);
        const body = { ...session, organizationId, waitSeconds };
        const lease = await server.call<Lease>('POST', '/api/v1/leases', body, promptMillis + waitSeconds * 1000);
        return new SeatKeeper(server, lease, planOf(lease, sentAt, Math.random()), tell);
      } catch (error) {
        if (!mayPass(error) || isOver(plan, now())) throw error;
        // Also when there is no seat: some refusals come at once, however long the request may wait.
        plan = planAfterFailure(plan, now(), Math.random());
        await sleep(plan.attemptAt - now());
      }
    }
  }

  /** What a program finds in its environment. */
  get environment(): Record<string, string> {
    const { id, token } = this.lease;
    return { LICENSE_SERVER_LEASE_ID: id, LICENSE_SERVER_LEASE_TOKEN: token ?? '' };
  }

  /** Gives the seat back. If that fails, the server takes it back when the lease ends. */
  async giveBack(): Promise<void> {
    this.isGivenBack = true;
    clearTimeout(this.timer);
    const { id, token } = this.lease;
    try {
      await this.server.call('DELETE', `/api/v1/leases/${id}`, token ? { token } : {});
    } catch (error) {
      this.tell(`The seat could not be given back; it is free at ${this.lease.expiresAt}. ${(error as Error).message}`);
    }
  }

  private follow(plan: SeatPlan): void {
    this.plan = plan;
    if (this.isGivenBack) return;
    const millis = Math.min(plan.attemptAt, plan.endsAt) - now();
    this.timer = setTimeout(() => void this.act(), Math.min(Math.max(0, millis), maxTimerMillis));
  }

  private async act(): Promise<void> {
    const { plan } = this;
    if (isOver(plan, now())) this.tell('The lease has ended: the command runs on without a seat.');
    else if (now() < plan.attemptAt) this.follow(plan);
    else await this.renew(plan);
  }

  private async renew(plan: SeatPlan): Promise<void> {
    const { id, token } = this.lease;
    const sentAt = now();
    try {
      const path = `/api/v1/leases/${id}/renew`;
      const renewed = await this.server.call<Lease>('POST', path, token ? { token } : {}, answerMillis(plan, sentAt));
      this.lease = { ...renewed, token: renewed.token ?? token };
      this.follow(planOf(renewed, sentAt, Math.random()));
    } catch (error) {
      if (this.isGivenBack) return;
      this.tell(`The seat could not be renewed. ${(error as Error).message}`);
      if (mayPass(error)) this.follow(planAfterFailure(plan, now(), Math.random()));
    }
  }
}

/** The server is away, or other clients have all seats. */
function mayPass(error: unknown): boolean {
  return error instanceof UnreachableError || (error instanceof RefusedError && error.status === 409);
}
