/** Positions that are remembered at most while a replica does not reach them. */
const maxPositions = 100;

interface Position {
  /** Bytes of the primary's write-ahead log. */
  position: number;
  /** Milliseconds since 1970. */
  at: number;
}

/**
 * How long a replica is behind its primary: the age of the oldest known position of the primary that the replica has not reached.
 * No clock of the two is asked, and a primary that writes nothing leaves no one behind.
 */
export class ReplicaLag {
  private positions: Position[] = [];
  private hasReached = false;

  /** False: the replica has not reached any known position yet, and may be further behind than is known. */
  get isKnown(): boolean {
    return this.hasReached;
  }

  /**
   * @param written how far the primary had come
   * @param replayed how far the replica has come since
   * @param at when the primary was asked, before the replica
   * @returns milliseconds, at least
   */
  add(written: number, replayed: number, at: number): number {
    const newest = this.positions.at(-1)?.position ?? 0;
    // After a fail-over the new primary goes on from where it was.
    if (written < newest) this.positions = [];
    if (written !== newest || this.positions.length === 0) this.remember({ position: written, at });
    const reached = this.positions.filter(({ position }) => position <= replayed);
    this.hasReached ||= reached.length > 0;
    this.positions = this.positions.slice(reached.length);
    return Math.max(0, at - (this.positions[0]?.at ?? at));
  }

  private remember(position: Position): void {
    const last = this.positions.at(-1);
    // Counting from too early is safe.
    if (last && this.positions.length >= maxPositions) last.position = position.position;
    else this.positions.push(position);
  }
}
