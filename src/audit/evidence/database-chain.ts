import sql from 'sql-template-tag';
import { type EntityManager, MoreThan } from 'typeorm';
import { rowsOf } from '../../database/query.js';
import { type ChainSource, type StoredCheckpoint } from './chain-verifier.js';
import { type StoredBlock } from './stored-block.js';
import { AuditBlock } from './audit-block.entity.js';
import { AuditCheckpoint } from './audit-checkpoint.entity.js';
import { type AuditName } from './audit-name.entity.js';
import { firstStranger } from './chain.queries.js';
import { ends, grants, recordedEvents } from './event.queries.js';
import { saltsIn } from './redaction/redaction.js';
import { type ChainEvent, namesIn, pseudonymFor, type Pseudonyms } from './sealed-event.js';
import { pseudonymsOf } from './sealing.queries.js';

/** The chain as the database has it, read in one transaction. */
export class DatabaseChain implements ChainSource {
  constructor(
    private readonly manager: EntityManager,
    readonly verify: (jws: string) => Promise<unknown>,
  ) {}

  async state(): Promise<{ signature: string | null } | undefined> {
    const [state] = await this.manager.query<{ signature: string | null }[]>('SELECT signature FROM audit_chain');
    return state;
  }

  /** @param after the number of one */
  async checkpoints(after = 0): Promise<StoredCheckpoint[]> {
    const rows = await this.manager.find(AuditCheckpoint, {
      where: after > 0 ? { number: MoreThan(after) } : undefined,
      order: { number: 'ASC' },
    });
    return rows.map((row) => ({
      number: row.number,
      at: row.at.toISOString(),
      block: row.block,
      hash: row.hash,
      count: row.count,
      removedBlock: row.removedBlock,
      anchor: row.anchor,
      removedSessionsBlock: row.removedSessionsBlock,
      kid: row.kid,
      signature: row.signature,
    }));
  }

  /** @param after the number of one */
  async *blocks(after = -1): AsyncGenerator<StoredBlock, undefined> {
    for (let last = after; ;) {
      const [block] = await this.manager
        .createQueryBuilder(AuditBlock, 'block')
        .where('block.number > :last', { last })
        .orderBy('block.number')
        .limit(1)
        .getMany();
      if (!block) return undefined;
      last = block.number;
      yield this.stored(block);
    }
  }

  /** The blocks that have some events. */
  async blocksWith(events: readonly Pick<ChainEvent, 'kind' | 'ref'>[]): Promise<StoredBlock[]> {
    const refs = (kind: string): string[] => events.filter((event) => event.kind === kind).map(({ ref }) => ref);
    const blocks = await this.manager
      .createQueryBuilder(AuditBlock, 'block')
      .where('block.events && :events::bigint[] OR block.grants && :grants::uuid[] OR block.ends && :ends::uuid[]', {
        events: refs('event'),
        grants: refs('grant'),
        ends: refs('end'),
      })
      .orderBy('block.number')
      .getMany();
    const stored: StoredBlock[] = [];
    for (const block of blocks) stored.push(await this.stored(block));
    return stored;
  }

  private async stored(block: AuditBlock): Promise<StoredBlock> {
    const { number, sealedAt, previous, total, checkpoint, history, hash, leaves, redacted, redaction } = block;
    return {
      number,
      sealedAt,
      previous,
      total,
      checkpoint,
      history,
      hash,
      leaves,
      salts: saltsIn(block),
      redacted,
      redaction,
      events: await this.eventsOf(block),
    };
  }

  async pseudonyms(events: StoredBlock['events']): Promise<Pseudonyms> {
    const names = [...new Set(events.flatMap(({ fields }) => namesIn(fields)))];
    const rows = await rowsOf<AuditName>(this.manager, pseudonymsOf(names));
    return new Map(rows.map(({ name, salt }) => [name, pseudonymFor(name, salt)]));
  }

  part(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  async strangers(): Promise<{ event: string; block: number | null }[]> {
    return rowsOf(this.manager, firstStranger());
  }

  private async eventsOf({ events, grants: granted, ends: ended }: AuditBlock): Promise<StoredBlock['events']> {
    const sources = [
      ['event', recordedEvents(sql`e.id = ANY (${events}::bigint[])`), events],
      ['grant', grants(sql`g.id = ANY (${granted}::uuid[])`), granted],
      ['end', ends(sql`s.lease_id = ANY (${ended}::uuid[])`), ended],
    ] as const;
    const content: StoredBlock['events'] = [];
    for (const [kind, query, refs] of sources) {
      const rows = refs.length > 0 ? await rowsOf<ChainEvent>(this.manager, query) : [];
      const found = new Map(rows.map(({ ref, fields }) => [ref, fields]));
      for (const ref of refs) content.push({ kind, ref: String(ref), fields: found.get(String(ref)) });
    }
    return content;
  }
}
