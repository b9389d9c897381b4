/** For the details of an event that has ended sessions: how many; nothing when it has ended none. */
export function sessionsEnded(count: number): { sessionsEnded?: number } {
  return count > 0 ? { sessionsEnded: count } : {};
}
