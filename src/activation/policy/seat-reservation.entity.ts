import { SeatRuleEntity, SeatRuleTable } from './seat-rule.js';

/** Floating seats that are kept for one user or one team. */
@SeatRuleTable('seat_reservation', 1)
export class SeatReservation extends SeatRuleEntity {}
