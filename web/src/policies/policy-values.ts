import type { LicensePolicy } from '../../generated/api';
import { ruleOf, rulesIn, type SeatRule } from './seat-rule';

/** A policy as its form has it: what is typed into a number field is text until it is a number. */
export interface PolicyValues {
  leaseMinutes: number | string;
  engineLeaseMinutes: number | string;
  engineWaitSeconds: number | string;
  /** Percent. */
  renewalShare: number | string;
  clientRenewalShare: number | string;
  idleMinutes: number | string;
  overQuotaPercent: number | string;
  borrowMaxDays: number | string;
  borrowKeepSeats: number | string;
  autoAssign: boolean;
  unassignAfterDays: number | string;
  /** One in a line. */
  allowedMachines: string;
  deniedMachines: string;
  reservations: SeatRule[];
  caps: SeatRule[];
}

export function policyValuesOf(policy: LicensePolicy): PolicyValues {
  return {
    leaseMinutes: policy.leaseMinutes ?? 15,
    engineLeaseMinutes: policy.engineLeaseMinutes ?? 0,
    engineWaitSeconds: policy.engineWaitSeconds ?? 0,
    renewalShare: Math.round((policy.renewalShare ?? 1 / 3) * 10_000) / 100,
    clientRenewalShare: Math.round((policy.clientRenewalShare ?? 0.8) * 10_000) / 100,
    idleMinutes: policy.idleMinutes ?? 0,
    overQuotaPercent: policy.overQuotaPercent ?? 0,
    borrowMaxDays: policy.borrowMaxDays ?? 0,
    borrowKeepSeats: policy.borrowKeepSeats ?? 0,
    autoAssign: policy.autoAssign ?? false,
    unassignAfterDays: policy.unassignAfterDays ?? 0,
    allowedMachines: (policy.allowedMachines ?? []).join('\n'),
    deniedMachines: (policy.deniedMachines ?? []).join('\n'),
    reservations: (policy.reservations ?? []).map(ruleOf),
    caps: (policy.caps ?? []).map(ruleOf),
  };
}

/** Only what differs from before: changes that someone else has made meanwhile stay. */
export function policyChangeOf(now: PolicyValues, before: PolicyValues): LicensePolicy {
  const changed = (field: keyof PolicyValues): boolean => JSON.stringify(now[field]) !== JSON.stringify(before[field]);
  return {
    ...(changed('leaseMinutes') && { leaseMinutes: Number(now.leaseMinutes) }),
    ...(changed('engineLeaseMinutes') && { engineLeaseMinutes: Number(now.engineLeaseMinutes) }),
    ...(changed('engineWaitSeconds') && { engineWaitSeconds: Number(now.engineWaitSeconds) }),
    ...(changed('renewalShare') && { renewalShare: Number(now.renewalShare) / 100 }),
    ...(changed('clientRenewalShare') && { clientRenewalShare: Number(now.clientRenewalShare) / 100 }),
    ...(changed('idleMinutes') && { idleMinutes: Number(now.idleMinutes) }),
    ...(changed('overQuotaPercent') && { overQuotaPercent: Number(now.overQuotaPercent) }),
    ...(changed('borrowMaxDays') && { borrowMaxDays: Number(now.borrowMaxDays) }),
    ...(changed('borrowKeepSeats') && { borrowKeepSeats: Number(now.borrowKeepSeats) }),
    ...(changed('autoAssign') && { autoAssign: now.autoAssign }),
    ...(changed('unassignAfterDays') && { unassignAfterDays: Number(now.unassignAfterDays) }),
    ...(changed('allowedMachines') && { allowedMachines: linesOf(now.allowedMachines) }),
    ...(changed('deniedMachines') && { deniedMachines: linesOf(now.deniedMachines) }),
    ...(changed('reservations') && { reservations: rulesIn(now.reservations) }),
    ...(changed('caps') && { caps: rulesIn(now.caps) }),
  };
}

function linesOf(text: string): string[] {
  return [...new Set(text.split('\n').map((line) => line.trim()))].filter((line) => line !== '');
}

/** Too short for Katalon's clients, which look at their license every 30 seconds. */
export function isShort(minutes: number | string): boolean {
  return Number(minutes) === 1 || Number(minutes) === 2;
}

/** The minutes that a share of the lease time amounts to. */
export function minutesOf(leaseMinutes: number | string, percent: number | string): number {
  return Math.max(1, Math.round((Number(leaseMinutes) * Number(percent)) / 100));
}
