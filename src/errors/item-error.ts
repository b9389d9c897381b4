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
