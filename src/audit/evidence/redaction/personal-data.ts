import { type ChainEvent } from '../sealed-event.js';

/** What stands where a person stood. */
export const erased = 'erased';

const emailAddress = /[^\s"'<>(),;:@]+@[^\s"'<>(),;:@]+/g;
const networkAddress =
  /(?<![\w.])(?:\d{1,3}(?:\.\d{1,3}){3}|[\da-f]{0,4}(?::[\da-f]{0,4}){2,7})(?:\/\d{1,3})?(?![\w.])/gi;

/** Details that name a person, a machine or a place. */
const personal = new Set([
  'userId',
  'holderId',
  'user',
  'holder',
  'firstName',
  'lastName',
  'hostname',
  'machine',
  'machineId',
  'sessionId',
  'network',
  'address',
  'browser',
  'userAgent',
]);

/** Things that are a person or a machine. */
const personalTargets = new Set(['user', 'machine']);

/**
 * An audit event without its person, host and address: what happened, when and in which organization stays. The same again of what it
 * returns.
 */
export function withoutPersonalData(event: ChainEvent): ChainEvent {
  const { kind, fields } = event;
  return { ...event, fields: kind === 'event' ? recordedWithout(fields) : seatWithout(fields) };
}

/** As the row of the session says it, once `forgetSessions` has changed that. */
function seatWithout(fields: ChainEvent['fields']): ChainEvent['fields'] {
  const details = Object.entries(fields.details as Record<string, unknown>).map(([key, value]) => [
    key,
    key === 'machineId' || key === 'sessionId' ? '' : key === 'holderId' ? null : value,
  ]);
  return {
    ...fields,
    ...('actorId' in fields ? { actorId: null } : {}),
    ...('actor' in fields ? { actor: nameless(fields.actor) } : {}),
    details: Object.fromEntries(details) as Record<string, unknown>,
    address: null,
  };
}

function recordedWithout(fields: ChainEvent['fields']): ChainEvent['fields'] {
  const { actor, targetType, targetId, action } = fields;
  const isPerson = personalTargets.has(String(targetType));
  return {
    ...fields,
    actorId: null,
    actor: nameless(actor),
    targetId: isPerson ? null : textWithout(targetId),
    details: detailsWithout(fields.details, String(action).startsWith('api-key')),
    address: null,
  };
}

/** The server and the command line stay. */
function nameless(actor: unknown): unknown {
  return typeof actor === 'string' && actor.includes('@') ? erased : actor;
}

/** @param isNamed a name is one that a person has given */
function detailsWithout(value: unknown, isNamed: boolean): unknown {
  if (typeof value !== 'object' || value === null) return textWithout(value);
  if (Array.isArray(value)) return value.map((each) => detailsWithout(each, isNamed));
  const kept = Object.entries(value).filter(([key]) => !personal.has(key) && !(isNamed && key === 'name'));
  return Object.fromEntries(kept.map(([key, each]) => [textWithout(key), detailsWithout(each, isNamed)]));
}

function textWithout(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const isTime = /^\d{4}-\d\d-\d\dT/.test(value);
  return isTime ? value : value.replace(emailAddress, erased).replace(networkAddress, erased);
}

/** A person to erase: what is known of them, as it may stand in an event. */
export interface ErasedPerson {
  userId: number;
  /** E-mail addresses without case, and what stands in for each in what is sealed, by the address as it is written. */
  emails: ReadonlySet<string>;
  pseudonyms: ReadonlyMap<string, string>;
  /** Names, and machines that only this person has used. */
  words: readonly string[];
}

/** Details that say where a person was. */
const whereabouts = new Set(['hostname', 'network', 'address', 'browser', 'userAgent']);

/** A recorded event without what it says of one person. */
export function withoutPerson(event: ChainEvent, person: ErasedPerson): ChainEvent {
  const { fields } = event;
  const { actorId, actor, address, details, targetId } = fields;
  const isOwn = actorId === person.userId || (typeof actor === 'string' && isOf(person, actor));
  const text = textEraser(person);
  return {
    ...event,
    fields: {
      ...fields,
      actor: text(actor),
      targetId: text(targetId),
      details: eraseIn(details, text, isOwn),
      address: isOwn ? null : address,
    },
  };
}

function isOf({ emails }: ErasedPerson, text: string): boolean {
  return emails.has(text.toLowerCase());
}

function textEraser(person: ErasedPerson): (value: unknown) => unknown {
  const words = person.words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
  const named = words === '' ? undefined : new RegExp(`(?<![\\p{L}\\p{N}])(?:${words})(?![\\p{L}\\p{N}])`, 'giu');
  return (value) => {
    if (typeof value !== 'string') return value;
    const anonymous = value.replace(emailAddress, (email) =>
      isOf(person, email) ? (person.pseudonyms.get(email) ?? erased) : email,
    );
    return named ? anonymous.replace(named, erased) : anonymous;
  };
}

function eraseIn(value: unknown, text: (value: unknown) => unknown, isOwn: boolean): unknown {
  if (typeof value !== 'object' || value === null) return text(value);
  if (Array.isArray(value)) return value.map((each) => eraseIn(each, text, isOwn));
  const kept = Object.entries(value).filter(([key]) => !(isOwn && whereabouts.has(key)));
  return Object.fromEntries(kept.map(([key, each]) => [key, eraseIn(each, text, isOwn)]));
}
