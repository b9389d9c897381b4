import type { SeatCap, SeatReservation } from '../../generated/api';

/** A line of the form. */
export interface SeatRule {
  product: SeatReservation['product'];
  seats: number | string;
  /** `user 12` or `team 3`. */
  holder: string | null;
}

export function ruleOf({ product, seats, userId, teamId }: SeatReservation | SeatCap): SeatRule {
  return { product, seats, holder: teamId ? `team ${teamId}` : userId ? `user ${userId}` : null };
}

export function rulesIn(rows: readonly SeatRule[]): (SeatReservation & SeatCap)[] {
  return rows.map(({ product, seats, holder }) => {
    const [kind, id] = (holder ?? '').split(' ');
    return { product, seats: Number(seats), ...(kind === 'team' ? { teamId: Number(id) } : { userId: Number(id) }) };
  });
}

export function isIncomplete({ seats, holder }: SeatRule): boolean {
  return seats === '' || holder === null;
}
