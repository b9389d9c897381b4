import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type Pool } from 'pg';
import { DataSource } from 'typeorm';
import { GroupCommit, isItemError } from '../../concurrency/group-commit.js';
import { runHotTogether } from '../../database/pool/pipeline.js';
import { type Statement } from '../../database/pool/preparing-client.js';
import { lockCounters, takeBack, takeTurn } from './sign-in-statements.js';
import { poolOf } from '../../database/pool/pool-of.js';

/** An attempt to sign in, by what it is counted. */
export interface CountedAttempt {
  /** Its counters, in the order in which they are locked, and the failures that each has free. */
  scopes: readonly { key: string; free: number }[];
  /** The counter of the account and the address. */
  pair: string;
  /** The account; null: it does not exist. */
  userId: number | null;
  site: string;
}

/** When an attempt may be made. */
export interface Turn {
  /** Whether the account has signed in here before: only its own failures here count then. */
  familiar: boolean;
  /** False: its turn would come too late, and nothing was counted. */
  taken: boolean;
  /** Milliseconds until then. */
  millis: number;
  /** The counter that it waits for. */
  limit: string | null;
}

/** Seconds for which failures count. */
const windowSeconds = 15 * 60;

/** The longest time between two attempts. A throttled account is free again this long after an attack stops. */
const maxSpacingSeconds = 45;

interface Step {
  keys: readonly string[];
  statement: Statement;
}

/**
 * Counts attempts to sign in, across all servers of a database. When a whole company signs in at once, what arrives at the same moment
 * shares one round trip and one commit. The counters of a batch are locked first, in the order of their keys.
 */
@Injectable()
export class GuessCounter {
  private readonly pool: Pool;
  private readonly steps = new GroupCommit<Step, unknown[]>((steps) => this.run(steps), isItemError, 50);

  constructor(@InjectDataSource() dataSource: DataSource) {
    this.pool = poolOf(dataSource);
  }

  /**
   * Counts an attempt as a failure, which it is until {@link takeBack}.
   *
   * @param holdMillis for how long the client can wait for its turn
   */
  async take({ scopes, pair, userId, site }: CountedAttempt, holdMillis: number): Promise<Turn> {
    const keys = scopes.map(({ key }) => key);
    const free = scopes.map((scope) => scope.free);
    const values = [keys, free, pair, userId, site, holdMillis, windowSeconds, maxSpacingSeconds];
    const [turn] = await this.steps.add({ keys, statement: [takeTurn, values] });
    return turn as Turn;
  }

  /** Takes the count back, for the password was right, and notes that the account is used here. */
  async takeBack({ scopes, pair, site }: CountedAttempt, ownerId: number, { familiar }: Turn): Promise<void> {
    const keys = familiar ? [pair] : scopes.map(({ key }) => key);
    await this.steps.add({ keys, statement: [takeBack, [keys, pair, ownerId, site]] });
  }

  private async run(steps: readonly Step[]): Promise<{ result: unknown[] }[]> {
    const counters = lockCounters(steps.flatMap(({ keys }) => keys));
    const statements = [counters, ...steps.map(({ statement }) => statement)];
    // No sign-in waits for the disk.
    const [, ...answers] = await this.retried(() => runHotTogether(this.pool, statements, 'unflushed'));
    return answers.map((result) => ({ result }));
  }

  /** Two batches that both create counters may meet in the wrong order, once. */
  private async retried<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if ((error as { code?: string }).code !== deadlockDetected) throw error;
      return work();
    }
  }
}

/** PostgreSQL's error code. */
const deadlockDetected = '40P01';
