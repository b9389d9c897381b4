import type { AuditEventView } from '../../generated/api';

/** A part of a sentence: words, or someone or something that it names. */
export type SentencePart =
  string | { kind: 'person'; userId: number; name: string } | { kind: 'machine'; machineId: string };

/** Words of the console for what events name by codes. */
export interface EventTexts {
  role: (role: string) => string;
  product: (product: string) => string;
}

type Value = SentencePart | undefined;

/**
 * The sentence of an event, with its people and machines in place of the names in braces.
 *
 * @param sentences by action; where a policy and no person did it, by `action/policy`
 * @returns undefined when the event does not know something that the sentence names
 */
export function describeEvent(
  sentences: Readonly<Record<string, string>>,
  event: AuditEventView,
  texts: EventTexts,
): SentencePart[] | undefined {
  const { policy }: { policy?: unknown } = event.details;
  const byPolicy = typeof policy === 'string' ? sentences[`${event.action}/${policy}`] : undefined;
  const sentence = byPolicy ?? sentences[event.action];
  const parts = (sentence ?? '')
    .split(/\{\{(\w+)\}\}/)
    .map((part, index) => (index % 2 === 0 ? part : valueOf(part, event, texts)));
  const isComplete = sentence !== undefined && parts.every((part) => part !== undefined);
  return isComplete ? parts.filter((part) => part !== '') : undefined;
}

function valueOf(name: string, event: AuditEventView, texts: EventTexts): Value {
  const { actor, actorPerson, targetPerson, targetType, targetId } = event;
  const details: Readonly<Record<string, unknown>> = event.details;
  switch (name) {
    case 'who':
      return actorPerson ? { kind: 'person', ...actorPerson } : actor;
    case 'target':
      return targetPerson
        ? { kind: 'person', ...targetPerson }
        : textOf(details.email ?? (targetType === 'user' ? targetId : undefined));
    case 'targetId':
      return targetId ?? undefined;
    case 'machine': {
      const machineId = textOf(details.machineId) ?? (targetType === 'machine' ? targetId : undefined);
      return machineId ? { kind: 'machine', machineId } : undefined;
    }
    case 'role':
    case 'from':
    case 'to': {
      const role = textOf(details[name]);
      return role && texts.role(role);
    }
    case 'product': {
      const product = textOf(details.product);
      return product && texts.product(product);
    }
    default:
      return textOf(details[name]);
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
