import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { Clock } from '../../clock/clock.js';
import { Semaphore } from '../../concurrency/semaphore.js';
import { SigningService } from '../../signing/signing.service.js';
import { ChainVerifier, type Verification } from './chain-verifier.js';
import { DatabaseChain } from './database-chain.js';
import { exportLines } from './chain-export.js';

/** Proves the audit log, or writes it down so that others can. */
@Injectable()
export class VerificationService {
  /** Each reads the whole log. */
  private readonly verifications = new Semaphore(1);

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly signing: SigningService,
    private readonly clock: Clock,
  ) {}

  verify(): Promise<Verification> {
    return this.verifications.run(() =>
      this.reading((manager) => new ChainVerifier(this.chain(manager), this.clock.millis()).run()),
    );
  }

  /** @param write takes one line of JSON after the other */
  async export(write: (line: string) => Promise<void>): Promise<void> {
    // Checkpoints of before a rotation of the keys are signed with the keys of then.
    const keys = this.signing.allKeys().filter(({ purpose }) => purpose === 'native');
    const pems = keys.map(({ publicPem }) => publicPem);
    await this.reading(async (manager) => {
      for await (const line of exportLines(manager, this.chain(manager), pems)) await write(line);
    });
  }

  private chain(manager: EntityManager): DatabaseChain {
    return new DatabaseChain(manager, (jws) => this.signing.verifyKept('native', jws));
  }

  /** One moment of the database, however long it takes. */
  private reading<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.dataSource.transaction('REPEATABLE READ', work);
  }
}
