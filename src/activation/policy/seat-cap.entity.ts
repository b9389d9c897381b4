import { SeatRuleEntity, SeatRuleTable } from './seat-rule.js';

/** How many floating seats of a product one user, or one team together, may hold. */
@SeatRuleTable('seat_cap', 0)
export class SeatCap extends SeatRuleEntity {}
