import { useEffect } from 'react';
import { serverRoot } from './client';
import { connection } from './connection';
import { meQuery, queryClient, refreshOrganization } from './queries';

/** What the tab that has the stream tells the others. */
type Message =
  | { kind: 'hello'; from: string }
  /** Nothing is missed from here on. `to`: only for this tab. */
  | { kind: 'following'; to?: string }
  | { kind: 'changed'; topics: string[] }
  | { kind: 'lost' };

/** Follows an organization as long as the component is there: what changes on the server changes on the page. */
export function useLive(organizationId: number): void {
  useEffect(() => {
    const live = new Live(organizationId);
    return () => live.close();
  }, [organizationId]);
}

/**
 * What one tab hears of its organization. A browser has six connections to a server for all of its tabs, so the visible tabs of an
 * organization share one stream: the tab that holds the lock has it, and tells the others. Hidden tabs have none, and look again
 * when they are visible. Browsers know locks only on HTTPS and localhost: elsewhere each visible tab has a stream.
 */
class Live {
  private readonly id = crypto.getRandomValues(new Uint32Array(2)).join('-');
  private readonly name: string;
  private readonly channel: BroadcastChannel;
  private readonly stream: Stream;
  /** Ends the turn of this tab, or its wait for it. */
  private turn: AbortController | undefined;
  private wasHidden = document.hidden;

  constructor(private readonly organizationId: number) {
    this.name = `events ${serverRoot} ${organizationId}`;
    this.channel = new BroadcastChannel(this.name);
    this.channel.addEventListener('message', ({ data }: MessageEvent<Message>) => this.hear(data));
    this.stream = new Stream(organizationId, (message) => {
      this.follow(message);
      this.channel.postMessage(message);
    });
    document.addEventListener('visibilitychange', this.onVisibility);
    // The tab that has the stream answers: what this page has fetched before may be older.
    this.tell({ kind: 'hello', from: this.id });
    if (!document.hidden) this.takeTurn();
  }

  close(): void {
    document.removeEventListener('visibilitychange', this.onVisibility);
    this.endTurn();
    this.channel.close();
  }

  private readonly onVisibility = (): void => {
    if (document.hidden) this.endTurn();
    else if (this.wasHidden) {
      // Perhaps no tab has listened meanwhile.
      void refreshOrganization(this.organizationId);
      this.takeTurn();
    }
    this.wasHidden = document.hidden;
  };

  /** Opens the stream as soon as no other tab has one. */
  private takeTurn(): void {
    this.endTurn();
    const turn = new AbortController();
    this.turn = turn;
    const { signal } = turn;
    // Absent where the page has come over plain HTTP, whatever its type says.
    const locks = navigator.locks as LockManager | undefined;
    if (!locks) {
      this.stream.open();
      return;
    }
    const holdLock = (): Promise<void> => {
      if (signal.aborted) return Promise.resolve();
      this.stream.open();
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
    };
    locks.request(this.name, { signal }, holdLock).catch(() => undefined);
  }

  private endTurn(): void {
    this.turn?.abort();
    this.turn = undefined;
    this.stream.close();
  }

  private hear(message: Message): void {
    if (message.kind === 'hello') {
      if (this.stream.isFollowing) this.tell({ kind: 'following', to: message.from });
    } else if (message.kind !== 'following' || message.to === undefined || message.to === this.id) this.follow(message);
  }

  private follow(message: Message): void {
    if (message.kind === 'following') void refreshOrganization(this.organizationId);
    if (message.kind === 'changed') void refreshOrganization(this.organizationId, message.topics);
    const concernsMe =
      message.kind === 'lost' ||
      (message.kind === 'changed' && message.topics.some((topic) => topic === 'organization' || topic === 'members'));
    if (concernsMe) void queryClient.invalidateQueries({ queryKey: meQuery.queryKey });
  }

  private tell(message: Message): void {
    this.channel.postMessage(message);
  }
}

/** A stream of an organization's events, which comes back by itself, with growing pauses. */
class Stream {
  private source: EventSource | undefined;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private pause = 500;
  private following = false;

  constructor(
    private readonly organizationId: number,
    private readonly tell: (message: Message) => void,
  ) {}

  /** Whether it hears of every change. */
  get isFollowing(): boolean {
    return this.following;
  }

  close(): void {
    clearTimeout(this.retry);
    this.source?.close();
    this.source = undefined;
    this.following = false;
  }

  open(): void {
    this.close();
    const source = new EventSource(`${serverRoot}/api/v1/organizations/${this.organizationId}/events`);
    this.source = source;
    source.addEventListener('open', () => {
      this.pause = 500;
      connection.found();
    });
    source.addEventListener('following', () => {
      this.following = true;
      this.tell({ kind: 'following' });
    });
    source.addEventListener('changed', ({ data }: MessageEvent<string>) => {
      const { topics } = JSON.parse(data) as { topics: string[] };
      this.tell({ kind: 'changed', topics });
    });
    source.addEventListener('error', () => {
      this.close();
      // The stream does not say why it ended. If that was the end of the session, or of the membership, this tells.
      this.tell({ kind: 'lost' });
      const wait = this.pause * (0.75 + Math.random() / 2);
      this.pause = Math.min(this.pause * 2, 15_000);
      this.retry = setTimeout(() => this.open(), wait);
    });
  }
}
