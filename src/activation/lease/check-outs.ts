import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { type Caller } from '../../access/caller.js';
import { Clock } from '../../clock/clock.js';
import { GroupCommit, isItemError, type Outcome } from '../../concurrency/group-commit.js';
import { isAcceptedByClient } from '../../license/file/client-features.js';
import { type Model } from '../../license/file/product.js';
import { LicenseService } from '../../license/license.service.js';
import { NotAMemberError } from '../../organization/organization.errors.js';
import { type ClientPackage, modelsFor, productOf, type SeatSession } from '../seat/seat-decision.js';
import { CheckOutBatch } from './check-out/check-out.js';
import { type CheckOutItem, type CheckOutResult } from './check-out/check-out-item.js';
import { SnapshotRefresh } from './check-out/snapshot-refresh.js';
import { LeaseMetrics } from './lease-metrics.js';

/** A session that asks an organization for a seat. */
export interface Asking {
  caller: Caller;
  session: SeatSession;
  organizationId: number;
}

type AskingOptions = Partial<Pick<CheckOutItem, 'recordDenial' | 'mayWait' | 'ticket' | 'former'>>;

/** Asks for seats, once each. Check-outs that arrive at the same moment share one transaction. */
@Injectable()
export class CheckOuts {
  private readonly batches = new GroupCommit<CheckOutItem, CheckOutResult>(
    (items) => this.checkOutBatch(items),
    isItemError,
    200,
    1,
    (items, seconds) => this.metrics.batch('check-out', items, seconds),
  );

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly licenses: LicenseService,
    private readonly batch: CheckOutBatch,
    private readonly clock: Clock,
    private readonly metrics: LeaseMetrics,
    private readonly snapshot: SnapshotRefresh,
  ) {}

  /** @throws NotAMemberError */
  async ask(
    { caller, session, organizationId }: Asking,
    { recordDenial = false, ...queue }: AskingOptions = {},
  ): Promise<CheckOutResult> {
    const request = { ...session, userId: caller.id, organizationId, takesOver: caller.leaseId };
    try {
      return await this.batches.add({ request, actor: caller, recordDenial, ...queue });
    } catch (error) {
      // The lease refers to the membership, which has ended a moment ago.
      if ((error as { code?: string }).code === '23503') throw new NotAMemberError(organizationId);
      throw error;
    }
  }

  /** Kinds of seats that the client would accept, as far as the licenses in force tell; of the others it is told why not. */
  acceptedModels(clientPackage: ClientPackage): Model[] {
    const product = productOf(clientPackage);
    return modelsFor(clientPackage).filter((model) => {
      const parts = this.licenses.parts(product, model, this.clock.now());
      return parts.length === 0 || parts.some(({ features }) => isAcceptedByClient(product, features));
    });
  }

  private async checkOutBatch(items: readonly CheckOutItem[]): Promise<Outcome<CheckOutResult>[]> {
    for (let attempt = 1; ; attempt++) {
      try {
        const outcomesOf = await this.dataSource.transaction((manager) => this.batch.run(manager, items));
        const outcomes = outcomesOf();
        this.metrics.extended(outcomes.filter((each) => 'result' in each && each.result.outcome === 'extended').length);
        return outcomes;
      } catch (error) {
        if (attempt === 5) throw error;
        await this.snapshot.after(error);
      }
    }
  }
}
