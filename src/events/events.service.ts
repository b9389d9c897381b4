import { Inject, Injectable, type MessageEvent, type OnModuleDestroy } from '@nestjs/common';
import { Observable, type Subscriber } from 'rxjs';
import { Authenticator } from '../auth/authenticator.js';
import { type AuthenticatedRequest } from '../access/caller.js';
import { SETTINGS } from '../config/config.module.js';
import { type Settings } from '../config/settings.js';
import { Notifications } from '../database/notifications.js';
import { TooManyOpenError } from '../errors/limit-errors.js';
import { MembershipService } from '../organization/membership.service.js';

/** Milliseconds between two events of an organization, at least. */
const pauseMillis = 1000;

/** Milliseconds between two signs of life, after which proxies do not take a stream for dead. */
const heartbeatMillis = 15_000;

/** A client that follows an organization. */
interface Follower {
  request: AuthenticatedRequest;
  userId: number;
  organizationId: number;
  stream: Subscriber<MessageEvent>;
}

/** What is to be told of an organization, and when it may be. */
interface Pending {
  topics: Set<string>;
  timer: NodeJS.Timeout;
}

/**
 * Tells those who look at an organization what to fetch again. It hears of changes from the database, so of those that
 * other servers make too; it tells topics and nothing of the data, which each may fetch as far as their role goes.
 */
@Injectable()
export class EventsService implements OnModuleDestroy {
  private readonly followers = new Set<Follower>();
  private readonly pending = new Map<number, Pending>();
  private readonly heartbeat = setInterval(() => void this.beat(), heartbeatMillis).unref();
  private stopped = false;

  constructor(
    private readonly authenticator: Authenticator,
    private readonly memberships: MembershipService,
    notifications: Notifications,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {
    notifications.on('organization_changed', (payload) => {
      const [id, topic = ''] = payload.split(' ');
      this.changed(Number(id), topic);
    });
    notifications.on('access_changed', (userId) => void this.review((follower) => follower.userId === Number(userId)));
    // Something may have been missed: followers start again.
    notifications.onResume(() => this.endAll());
  }

  /** Streams would keep the server from closing. */
  onModuleDestroy(): void {
    this.stopped = true;
    clearInterval(this.heartbeat);
    for (const { timer } of this.pending.values()) clearTimeout(timer);
    this.pending.clear();
    this.endAll();
  }

  /**
   * The events of an organization from now on, for a caller who may see it; ends when they may not any more.
   *
   * @throws TooManyOpenError
   */
  follow(request: AuthenticatedRequest, organizationId: number): Observable<MessageEvent> {
    const most = this.settings.maxEventStreamsPerUser;
    if (this.streamsOf(request.caller?.id) >= most) throw new TooManyOpenError('too-many-event-streams', most);
    return new Observable((stream) => {
      const { caller } = request;
      // Several may have come at the same moment.
      if (this.stopped || !caller || this.streamsOf(caller.id) >= most) {
        stream.complete();
        return undefined;
      }
      const follower = { request, userId: caller.id, organizationId, stream };
      this.followers.add(follower);
      stream.next({ type: 'following', data: { organizationId } });
      return () => this.followers.delete(follower);
    });
  }

  /** The first change is told at once; what follows within the pause goes together. */
  private changed(organizationId: number, topic: string): void {
    const pending = this.pending.get(organizationId);
    if (pending) {
      pending.topics.add(topic);
      return;
    }
    if (!this.isFollowed(organizationId)) return;
    this.tell(organizationId, [topic]);
    this.wait(organizationId);
  }

  private wait(organizationId: number): void {
    const timer = setTimeout(() => {
      const topics = [...(this.pending.get(organizationId)?.topics ?? [])];
      this.pending.delete(organizationId);
      if (topics.length === 0) return;
      this.tell(organizationId, topics);
      this.wait(organizationId);
    }, pauseMillis).unref();
    this.pending.set(organizationId, { topics: new Set(), timer });
  }

  private streamsOf(userId: number | undefined): number {
    let count = 0;
    for (const follower of this.followers) if (follower.userId === userId) count++;
    return count;
  }

  private isFollowed(organizationId: number): boolean {
    for (const follower of this.followers) if (follower.organizationId === organizationId) return true;
    return false;
  }

  private tell(organizationId: number, topics: readonly string[]): void {
    for (const follower of this.followers) {
      if (follower.organizationId === organizationId) follower.stream.next({ type: 'changed', data: { topics } });
    }
  }

  private async beat(): Promise<void> {
    await this.review(() => true);
    for (const { stream } of this.followers) stream.next({ comment: 'alive' });
  }

  /** Ends the streams of those who are signed out, or no members any more. */
  private async review(which: (follower: Follower) => boolean): Promise<void> {
    const reviewed = [...this.followers].filter(which);
    await Promise.all(
      reviewed.map(async (follower) => {
        if (!(await this.mayFollow(follower))) follower.stream.complete();
      }),
    );
  }

  private async mayFollow({ request, organizationId }: Follower): Promise<boolean> {
    try {
      const { id, root } = await this.authenticator.byRequest(request);
      return root || (await this.memberships.roleIn(organizationId, id)) !== undefined;
    } catch {
      // Not signed in any more, or the database is away and it is not known: the client comes back when it is not so.
      return false;
    }
  }

  private endAll(): void {
    for (const { stream } of this.followers) stream.complete();
  }
}
