import { useEffect } from 'react';
import { serverRoot } from './client';
import { connection } from './connection';
import { meQuery, queryClient, refreshOrganization } from './queries';

/** Milliseconds that a hidden tab goes on listening: browsers have few connections to a server, and many tabs. */
const hiddenMillis = 60_000;

/** Follows an organization as long as the component is there: what changes on the server changes on the page. */
export function useLive(organizationId: number): void {
  useEffect(() => {
    const live = new Live(organizationId);
    return () => live.close();
  }, [organizationId]);
}

/** One tab's stream of events. It comes back by itself, with growing pauses. */
class Live {
  private source: EventSource | undefined;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private hide: ReturnType<typeof setTimeout> | undefined;
  private pause = 500;
  private closed = false;

  constructor(private readonly organizationId: number) {
    document.addEventListener('visibilitychange', this.onVisibility);
    this.open();
  }

  close(): void {
    this.closed = true;
    document.removeEventListener('visibilitychange', this.onVisibility);
    clearTimeout(this.hide);
    this.stop();
  }

  private readonly onVisibility = (): void => {
    clearTimeout(this.hide);
    if (document.hidden) {
      this.hide = setTimeout(() => this.stop(), hiddenMillis);
    } else if (!this.source) this.open();
  };

  private stop(): void {
    clearTimeout(this.retry);
    this.source?.close();
    this.source = undefined;
  }

  private open(): void {
    this.stop();
    const source = new EventSource(`${serverRoot}/api/v1/organizations/${this.organizationId}/events`);
    this.source = source;
    source.addEventListener('open', () => {
      this.pause = 500;
      connection.found();
    });
    // From here on nothing is missed. What the page has may be older: also at its first look it has asked before.
    source.addEventListener('following', () => void refreshOrganization(this.organizationId));
    source.addEventListener('changed', ({ data }: MessageEvent<string>) => {
      const { topics } = JSON.parse(data) as { topics: string[] };
      void refreshOrganization(this.organizationId, topics);
      if (topics.includes('organization') || topics.includes('members')) {
        void queryClient.invalidateQueries({ queryKey: meQuery.queryKey });
      }
    });
    source.addEventListener('error', () => {
      this.stop();
      if (this.closed) return;
      // The stream does not say why it ended. If that was the end of the session, or of the membership, this tells.
      void queryClient.invalidateQueries({ queryKey: meQuery.queryKey });
      const wait = this.pause * (0.75 + Math.random() / 2);
      this.pause = Math.min(this.pause * 2, 15_000);
      this.retry = setTimeout(() => this.open(), wait);
    });
  }
}
