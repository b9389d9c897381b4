import { endReasons } from '../audit/end-reason.js';
import { type Change } from '../audit/audited-change.js';

/** What a webhook can be told of. */
export const webhookEvents = [
  'lease.granted',
  'lease.ended',
  'lease.denied',
  'seats.exhausted',
  'seats.available',
  'license.expiring',
  'license.expired',
  'license.installed',
  'member.joined',
  'member.removed',
  'invitation.created',
  'invitation.accepted',
  'mail.failed',
  'plugin.published',
] as const;
export type WebhookEvent = (typeof webhookEvents)[number];

/** An event, before it is known which webhooks want it. */
export interface Occurrence {
  event: WebhookEvent;
  /** Null: of the whole server. */
  organizationId: number | null;
  /** Whether an event of the whole server is one for each organization, too. */
  isForAll: boolean;
  userId: number | null;
  /** Ids and facts; no names and addresses of people. */
  data: Record<string, unknown>;
}

/** Changes that are told as an event of another name. */
const renamed: Readonly<Record<string, WebhookEvent>> = {
  ...Object.fromEntries(endReasons.map((reason) => [`lease.${reason}`, 'lease.ended'])),
  'license.replaced': 'license.installed',
  'plugin.uploaded': 'plugin.published',
};

/** Events of the whole server that concern every organization: they share its licenses, and its plugins. */
const forAll: readonly WebhookEvent[] = [
  'license.expiring',
  'license.expired',
  'license.installed',
  'plugin.published',
];

/** The details of a change that are told, by the change's action. */
const toldDetails: Readonly<Record<WebhookEvent, readonly string[]>> = {
  'lease.granted': ['product', 'model', 'machineId', 'sessionId', 'borrowedUntil'],
  'lease.ended': ['product', 'machineId', 'heldUntil'],
  'lease.denied': ['product', 'code'],
  'seats.exhausted': ['product', 'seats'],
  'seats.available': ['product', 'seats', 'free'],
  'license.expiring': ['customer', 'expiresAt', 'daysLeft'],
  'license.expired': ['customer', 'expiresAt'],
  'license.installed': ['customer', 'expiresAt'],
  'member.joined': ['role'],
  'member.removed': ['role'],
  'invitation.created': ['role'],
  'invitation.accepted': ['role'],
  'mail.failed': ['kind'],
  'plugin.published': ['name', 'version'],
};

/** What the target of a change is called where it is told. */
const targetNames: Readonly<Record<string, string>> = {
  lease: 'leaseId',
  machine: 'machineId',
  license: 'licenseId',
  invitation: 'invitationId',
  mail: 'mailId',
  plugin: 'pluginId',
};

export function isWebhookEvent(text: string): text is WebhookEvent {
  return (webhookEvents as readonly string[]).includes(text);
}

/** The event that a change with this action is. */
export function eventOf(action: string): WebhookEvent | undefined {
  return renamed[action] ?? (isWebhookEvent(action) ? action : undefined);
}

/** What webhooks are told of a change, if they are told of it at all. */
export function occurrenceOf(change: Change): Occurrence | undefined {
  const { action, organizationId = null, targetType = '', targetId, details = {} } = change;
  const event = eventOf(action);
  if (!event) return undefined;
  const told = toldDetails[event].filter((name) => details[name] !== undefined);
  const target = targetNames[targetType];
  const userId = change.userId ?? details.userId ?? (targetType === 'user' ? targetId : null);
  return {
    event,
    organizationId,
    isForAll: organizationId === null && forAll.includes(event),
    userId: userId === null ? null : Number(userId),
    data: {
      ...(target && targetId !== undefined && { [target]: targetId }),
      ...Object.fromEntries(told.map((name) => [name, details[name]])),
      ...(event === 'lease.ended' && { reason: action.slice('lease.'.length) }),
    },
  };
}
