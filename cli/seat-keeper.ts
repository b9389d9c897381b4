import { randomUUID } from 'node:crypto';
import os from 'node:os';
import { RefusedError, type ServerCaller, UnreachableError } from './server-call.js';

/** A seat to be taken. */
export interface WantedSeat {
  organizationId: number;
  product: string;
  /** The CI job that it is for. */
  jobId?: string;
  /** Seconds to wait when no seat is free. */
  waitSeconds: number;
}

interface Lease {
  id: string;
  token: string | null;
  renewAt: string;
  expiresAt: string;
  serverTime: string;
}

/** The longest that the server lets one request wait, in seconds. */
const longestWait = 240;

/** Milliseconds between two attempts at a renewal that has failed. */
const retryMillis = 10_000;

/** Least milliseconds from one renewal to the next. */
const leastMillis = 1000;

/** Takes a seat and renews it in time, until it is given back. Without renewals it falls free when its lease ends. */
export class SeatKeeper {
  private timer: NodeJS.Timeout | undefined;
  private isOver = false;

  private constructor(
    private readonly server: ServerCaller,
    private lease: Lease,
    private readonly tell: (words: string) => void,
  ) {
    this.plan(lease);
  }

  /**
   * @param tell called with what the person in front of it should know
   * @throws RefusedError when there is no seat, also after waiting; UnreachableError
   */
  static async take(server: ServerCaller, wanted: WantedSeat, tell: (words: string) => void): Promise<SeatKeeper> {
    const { organizationId, product, jobId } = wanted;
    const end = Date.now() + wanted.waitSeconds * 1000;
    const hostname = os.hostname();
    const session = { organizationId, product, jobId, hostname, machineId: hostname, sessionId: randomUUID() };
    for (;;) {
      const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
      const waitSeconds = Math.min(left, longestWait);
      try {
        const lease = await server.call<Lease>('POST', '/api/v1/leases', { ...session, waitSeconds }, waitSeconds);
        return new SeatKeeper(server, lease, tell);
      } catch (error) {
        const isTaken = error instanceof RefusedError && error.status === 409;
        if (!isTaken || end - Date.now() <= leastMillis) throw error;
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
    this.isOver = true;
    clearTimeout(this.timer);
    const { id, token } = this.lease;
    try {
      await this.server.call('DELETE', `/api/v1/leases/${id}`, token ? { token } : {});
    } catch (error) {
      this.tell(`The seat could not be given back; it is free at ${this.lease.expiresAt}. ${(error as Error).message}`);
    }
  }

  /** Renews when the server has said so, a little earlier for some than for others, by the time that has passed here. */
  private plan({ renewAt, serverTime }: Lease): void {
    const millis = Date.parse(renewAt) - Date.parse(serverTime);
    this.wait(Math.max(leastMillis, millis * (0.9 + Math.random() * 0.1)));
  }

  private wait(millis: number): void {
    if (!this.isOver) this.timer = setTimeout(() => void this.renew(), millis);
  }

  private async renew(): Promise<void> {
    const { id, token } = this.lease;
    try {
      const renewed = await this.server.call<Lease>('POST', `/api/v1/leases/${id}/renew`, token ? { token } : {});
      this.lease = { ...renewed, token: renewed.token ?? token };
      this.plan(renewed);
    } catch (error) {
      if (this.isOver) return;
      this.tell(`The seat could not be renewed. ${(error as Error).message}`);
      const mayComeBack = error instanceof UnreachableError || (error instanceof RefusedError && error.status === 409);
      if (mayComeBack) this.wait(retryMillis);
    }
  }
}
