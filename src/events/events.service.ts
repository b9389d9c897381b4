import { Inject, Injectable, type MessageEvent, type OnModuleDestroy } from '@nestjs/common';
import { Observable, type Subscriber } from 'rxjs';
import { Authenticator } from '../auth/authenticator.js';
import { type AuthenticatedRequest } from '../access/caller.js';
import { SETTINGS } from '../config/config.module.js';
import { type Settings } from '../config/settings.js';
import { Notifications } from '../database/notifications.js';
import { TooManyOpenError } from '../errors/limit-errors.js';
import { MembershipService } from '../organization/membership.service.js';

/** Milliseconds between two events for the same client, at least. */
const pauseMillis = 1000;

/**
 * Clients of an organization that are told within one pause. Each fetches several lists again, so where more follow, they take turns:
 * the more consoles are open, the less often each asks, and check-outs do not become slower.
 */
const toldAtOnce = 50;

/** Milliseconds between two signs of life, after which proxies do not take a stream for dead. */
const heartbeatMillis = 15_000;

/** A client that follows an organization. */
interface Follower {
  request: AuthenticatedRequest;
  userId: number;
  stream: Subscriber<MessageEvent>;
  audience: Audience;
  /** The number of the last change that it was told of. */
  toldUntil: number;
}

/** The clients that follow an organization, those first that were told the longest ago, and what has changed there. */
interface Audience {
  organizationId: number;
  followers: Set<Follower>;
  /** The number of the last change, by topic. */
  changes: Map<string, number>;
  changeCount: number;
  /** Until the next ones may be told; undefined when all know all. */
  pause: NodeJS.Timeout | undefined;
}

/**
 * Tells those who look at an organization what to fetch again. It hears of changes from the database, so of those that
 * other servers make too; it tells topics and nothing of the data, which each may fetch as far as their role goes.
 */
@Injectable()
export class EventsService implements OnModuleDestroy {
  private readonly followers = new Set<Follower>();
  /** By organization. */
  private readonly audiences = new Map<number, Audience>();
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
    for (const { pause } of this.audiences.values()) clearTimeout(pause);
    this.endAll();
  }

  /**
   * The events of an organization from now on, for a caller who may see it; ends when they may not any more.
   *
   * @throws TooManyOpenError
   */
  follow(request: AuthenticatedRequest, organizationId: number): Observable<MessageEvent> {
    const max = this.settings.maxEventStreamsPerUser;
    if (this.streamsOf(request.caller?.id) >= max) throw new TooManyOpenError('too-many-event-streams', max);
    return new Observable((stream) => {
      const { caller } = request;
      // Several may have come at the same moment.
      if (this.stopped || !caller || this.streamsOf(caller.id) >= max) {
        stream.complete();
        return undefined;
      }
      const audience = this.audienceOf(organizationId);
      const follower = { request, userId: caller.id, stream, audience, toldUntil: audience.changeCount };
      this.followers.add(follower);
      audience.followers.add(follower);
      stream.next({ type: 'following', data: { organizationId } });
      return () => this.leave(follower);
    });
  }

  private audienceOf(organizationId: number): Audience {
    const known = this.audiences.get(organizationId);
    if (known) return known;
    const followers = new Set<Follower>();
    const made: Audience = { organizationId, followers, changes: new Map(), changeCount: 0, pause: undefined };
    this.audiences.set(organizationId, made);
    return made;
  }

  private leave(follower: Follower): void {
    const { audience } = follower;
    this.followers.delete(follower);
    audience.followers.delete(follower);
    if (audience.followers.size > 0) return;
    clearTimeout(audience.pause);
    this.audiences.delete(audience.organizationId);
  }

  /** The first change is told at once; what follows within the pause goes together. */
  private changed(organizationId: number, topic: string): void {
    const audience = this.audiences.get(organizationId);
    if (!audience) return;
    audience.changes.set(topic, ++audience.changeCount);
    if (!audience.pause) this.tellNext(audience);
  }

  private tellNext(audience: Audience): void {
    const waiting = [...audience.followers].filter(({ toldUntil }) => toldUntil < audience.changeCount);
    for (const follower of waiting.slice(0, toldAtOnce)) {
      const topics = [...audience.changes].filter(([, change]) => change > follower.toldUntil).map(([topic]) => topic);
      follower.toldUntil = audience.changeCount;
      // To the end of the line.
      audience.followers.delete(follower);
      audience.followers.add(follower);
      follower.stream.next({ type: 'changed', data: { topics } });
    }
    const next = (): void => this.tellNext(audience);
    audience.pause = waiting.length > 0 ? setTimeout(next, pauseMillis).unref() : undefined;
  }

  private streamsOf(userId: number | undefined): number {
    let count = 0;
    for (const follower of this.followers) if (follower.userId === userId) count++;
    return count;
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

  private async mayFollow({ request, audience: { organizationId } }: Follower): Promise<boolean> {
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
