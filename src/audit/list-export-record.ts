import { Injectable } from '@nestjs/common';
import { type Caller, type AuthenticatedRequest } from '../access/caller.js';
import { ListExportListeners } from '../http/csv/lists-as-csv.js';
import { AccessRecord } from './access-record.js';

/** What of a query is not a filter: where in the list a page is, and how long. */
const placing = new Set(['page', 'size', 'sort', 'after', 'count']);

/** A list that leaves the server as a file. */
interface ExportedList {
  /** Its path, without what all routes begin with: `organizations/1/members`. */
  list: string;
  organizationId?: number;
  /** Entries; null: they were not counted. */
  rows: number | null;
}

/** Records each list that is exported as CSV: which one, how it was filtered, how many entries it had. */
@Injectable()
export class ListExportRecord {
  constructor(
    private readonly access: AccessRecord,
    listeners: ListExportListeners,
  ) {
    listeners.add((request, rows) => this.ofRequest(request, rows));
  }

  /** @param filter what the list was filtered by */
  async record(actor: Caller, { organizationId, ...list }: ExportedList, filter: object = {}): Promise<void> {
    const details = { ...filter, ...list };
    await this.access.record({ actor, change: { action: 'list.exported', organizationId, details } });
  }

  private async ofRequest({ caller, url, params, query }: AuthenticatedRequest, rows: number | null): Promise<void> {
    if (!caller) throw new Error('A list that is open to everybody was exported');
    const { organizationId: id } = params as { organizationId?: string };
    const list = new URL(url, 'http://here').pathname.replace(/^\/api\/v1\//, '');
    const filter = Object.entries(query as object).filter(([name]) => !placing.has(name));
    const organizationId = id === undefined ? undefined : Number(id);
    await this.record(caller, { list, organizationId, rows }, Object.fromEntries(filter));
  }
}
