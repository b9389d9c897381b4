import { type StoredCheckpoint } from '../chain-verifier.js';
import { type StoredBlock } from '../stored-block.js';

/** A sealed event, or a checkpoint, on its way out of the server. */
export type OutgoingRecord =
  | {
      type: 'event';
      /** The block that it is sealed in, and its hash there. */
      block: number;
      hash: string;
      kind: string;
      ref: string;
      /** As the audit log has them. */
      fields: Readonly<Record<string, unknown>>;
    }
  | ({ type: 'checkpoint' } & StoredCheckpoint);

/** What of a block can leave; sessions may have been removed since. @param names the accounts of those who hold seats, by id */
export function recordsOf(block: StoredBlock, names: ReadonlyMap<number, string>): OutgoingRecord[] {
  return block.events.flatMap(({ kind, ref, fields }, index): OutgoingRecord[] => {
    if (!fields) return [];
    const hash = block.leaves.subarray(index * 32, index * 32 + 32).toString('hex');
    const actor = fields.actor ?? nameOf(fields, names);
    return [{ type: 'event', block: block.number, hash, kind, ref, fields: { ...fields, actor } }];
  });
}

/** Grants, and ends by the holder's own hand, have no name of their own. */
function nameOf(
  { actorId, details }: Readonly<Record<string, unknown>>,
  names: ReadonlyMap<number, string>,
): string | undefined {
  if (typeof actorId === 'number') return names.get(actorId) ?? `user ${actorId}`;
  const { holderId, reason } = details as { holderId?: number; reason?: string };
  const own = reason === 'released' || reason === 'ended-by-holder';
  return own && holderId !== undefined ? (names.get(holderId) ?? `user ${holderId}`) : 'server';
}

/** Accounts that {@link recordsOf} needs the names of. */
export function nameless(block: StoredBlock): number[] {
  const ids = block.events.flatMap(({ fields }) =>
    fields && !fields.actor ? [fields.actorId, (fields.details as { holderId?: number }).holderId] : [],
  );
  return [...new Set(ids)].filter((id) => typeof id === 'number');
}

/** A line of JSON. */
export function jsonLine(record: OutgoingRecord): string {
  if (record.type === 'checkpoint') return `${JSON.stringify(record)}\n`;
  const { fields, ...place } = record;
  return `${JSON.stringify({ ...place, ...fields })}\n`;
}

/** "Log audit" (RFC 5424, table 1). */
const facility = 13;
const warnings = ['access.refused', 'sign-in.failed', 'sign-in.throttled', 'account.locked-out', 'token.reused'];
/** This product has no enterprise number of its own; 32473 is the one that RFC 5612 sets aside. */
const enterprise = 32473;

/** A syslog message (RFC 5424): the essentials as structured data, all of it as JSON. @param host where the server runs */
export function syslogMessage(record: OutgoingRecord, host: string): string {
  const json = jsonLine(record).trimEnd();
  if (record.type === 'checkpoint') {
    const { number, block, hash, count, kid, at } = record;
    const data = structured('checkpoint', { number, block, hash, count, kid });
    return `<${facility * 8 + 5}>1 ${at} ${host} license-server - checkpoint ${data} ${json}`;
  }
  const { block, hash, kind, ref, fields } = record;
  const { action, actor, organizationId, targetType, targetId, address, occurredAt } = fields;
  const data = structured('audit', {
    block,
    hash,
    ref: `${kind} ${ref}`,
    action,
    actor,
    organizationId,
    targetType,
    targetId,
    address,
  });
  const severity = warnings.includes(String(action)) ? 4 : 6;
  const messageId = String(action).slice(0, 32);
  return `<${facility * 8 + severity}>1 ${String(occurredAt)} ${host} license-server - ${messageId} ${data} ${json}`;
}

function structured(id: string, values: Readonly<Record<string, unknown>>): string {
  const parameters = Object.entries(values)
    .filter(([, value]) => typeof value === 'string' || typeof value === 'number')
    .map(([name, value]) => {
      // Control characters could make one message look like two.
      // eslint-disable-next-line no-control-regex
      const text = String(value).replace(/[\u0000-\u001f\u007f]/g, ' ');
      return ` ${name}="${text.replace(/["\\\]]/g, '\\$&')}"`;
    });
  return `[${id}@${enterprise}${parameters.join('')}]`;
}
