import { type BeforeApplicationShutdown, Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type Logger } from 'pino';
import { DataSource } from 'typeorm';
import { PeriodicTask } from '../../../concurrency/periodic-task.js';
import { Notifications } from '../../../database/notifications.js';
import { type Product } from '../../../license/file/product.js';
import { LOG } from '../../../log/log.module.js';
import { ServerStoppingError } from '../../seat/seat-errors.js';
import { SeatWaiter } from '../../seat/seat-waiter.entity.js';
import { confirmPlaces } from './seat-queue.queries.js';

/** How often a server says that its sessions still wait, and looks whether a lease has run out. */
const tickMillis = 1_000;

/** Milliseconds after which a waiting request that no server has confirmed again counts as gone. */
export const staleWaiterMillis = 5_000;

/** After this many ticks all waiting requests check again, whatever the database has told. */
const forcedWakeTicks = 5;

/** How long a session waits for a seat. */
export interface Waiting {
  seconds: number;
  /** Aborted when the client has gone away. */
  gone: AbortSignal;
}

/** A session's place in the queue. */
interface Place extends Pick<Registration, 'organizationId' | 'product'> {
  ticket: number;
}

/** A session of this server that waits. */
interface Registration {
  organizationId: number;
  product: Product;
  /** Something has changed since it last asked. */
  isWoken: boolean;
  wake: () => void;
}

/**
 * The sessions of this server that wait for a seat. Their order, across all servers, is in the database, where a check-out
 * decides by it; here they sleep until the database tells that a seat has come free. However many wait, a server asks the
 * database once a second whether a lease has run out.
 */
@Injectable()
export class SeatQueue implements OnModuleInit, BeforeApplicationShutdown {
  private readonly registrations = new Map<number, Registration>();
  private readonly ticking = new PeriodicTask(
    () => this.tick(),
    tickMillis,
    (error) => this.log.warn({ err: error }, 'Waiting sessions could not be looked after; next try in a second'),
  );
  private ticks = 0;
  private isClosed = false;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    notifications: Notifications,
    @Inject(LOG) private readonly log: Logger,
  ) {
    notifications.on('seat_freed', (queue) => this.wake((place) => queueOf(place) === queue));
    notifications.onResume(() => this.wake(() => true));
  }

  onModuleInit(): void {
    this.ticking.start();
  }

  /** Before the server waits for its open requests to end. */
  beforeApplicationShutdown(): void {
    this.isClosed = true;
    // A database that is away does not keep the server from stopping.
    void this.ticking.stop();
    this.wake(() => true);
  }

  /**
   * Asks again and again, each time when something has changed, until there is an answer or no time left.
   *
   * @param place where the session stands in the queue
   * @param ask undefined: still no seat
   * @returns undefined when the time is over or the client gone; the place in the database is still there then
   * @throws ServerStoppingError
   */
  async wait<T>(
    { ticket, organizationId, product }: Place,
    { seconds, gone }: Waiting,
    ask: () => Promise<T | undefined>,
  ): Promise<T | undefined> {
    const place: Registration = { organizationId, product, isWoken: false, wake: () => undefined };
    this.registrations.set(ticket, place);
    let isTimeUp = false;
    const isOver = (): boolean => gone.aborted || isTimeUp;
    const deadline = setTimeout(() => {
      isTimeUp = true;
      place.wake();
    }, seconds * 1000);
    const leave = (): void => place.wake();
    gone.addEventListener('abort', leave);
    try {
      for (;;) {
        while (!isOver() && !this.isClosed && !place.isWoken) {
          await new Promise<void>((resolve) => (place.wake = resolve));
        }
        if (this.isClosed) throw new ServerStoppingError();
        if (isOver()) return undefined;
        place.isWoken = false;
        const answer = await ask();
        if (answer !== undefined) return answer;
      }
    } finally {
      clearTimeout(deadline);
      gone.removeEventListener('abort', leave);
      this.registrations.delete(ticket);
    }
  }

  /** Gives up a place; the next in the queue may have waited for that alone. */
  async leave(ticket: number): Promise<void> {
    try {
      await this.dataSource.manager.delete(SeatWaiter, { id: ticket });
    } catch (error) {
      // It stops counting anyway when no server confirms it.
      this.log.warn({ err: error }, 'A place in the queue for a seat could not be given up');
    }
  }

  private wake(isMeant: (place: Registration) => boolean): void {
    for (const place of this.registrations.values()) {
      if (!isMeant(place)) continue;
      place.isWoken = true;
      place.wake();
    }
  }

  private async tick(): Promise<void> {
    if (this.registrations.size === 0) return;
    const tickets = [...this.registrations.keys()];
    const places = [...this.registrations.values()];
    const queues = await confirmPlaces(this.dataSource, tickets, places);
    const restless = ++this.ticks % forcedWakeTicks === 0;
    this.wake((place) => restless || queues.has(queueOf(place)));
  }
}

function queueOf({ organizationId, product }: Pick<Registration, 'organizationId' | 'product'>): string {
  return `${organizationId} ${product}`;
}
