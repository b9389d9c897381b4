import { ApiProperty } from '@nestjs/swagger';
import { DomainError } from './domain-error.js';

/** Why one item of a request that names several was refused. */
export class ItemError {
  @ApiProperty({ example: 'already-a-member' })
  code!: string;

  @ApiProperty()
  message!: string;
}

export function itemError({ code, message }: DomainError): ItemError {
  return { code, message };
}

/** The most items in a request that handles them one after the other, each in its own transaction. */
export const maxInTurn = 500;

/**
 * Does the same to several things, one after the other: to each one once, in a transaction of its own.
 *
 * @returns why each was refused; null: it was done
 */
export async function inTurn<Key>(
  keys: readonly Key[],
  work: (key: Key) => Promise<unknown>,
): Promise<{ key: Key; error: ItemError | null }[]> {
  const results: { key: Key; error: ItemError | null }[] = [];
  for (const key of new Set(keys)) results.push({ key, error: await itemErrorOf(() => work(key)) });
  return results;
}

/**
 * Does one of several things, in their common transaction.
 *
 * @param work refuses, if it does, before it has written anything
 * @returns why it was refused; null: it was done
 */
export async function itemErrorOf(work: () => Promise<unknown>): Promise<ItemError | null> {
  try {
    await work();
    return null;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return itemError(error);
  }
}
