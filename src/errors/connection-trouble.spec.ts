import { describe, expect, it } from '@jest/globals';
import { QueryRunnerAlreadyReleasedError, QueryRunnerProviderAlreadyReleasedError } from 'typeorm';
import { isConnectionTrouble } from './connection-trouble.js';

describe('Work has failed for the database’s sake', () => {
  const saying = (message: string): Error => new Error(message);
  const withCode = (code: string): Error => Object.assign(new Error('Something'), { code });

  it.each([
    ['PostgreSQL that stops', withCode('57P01')],
    ['a stand-by that accepts no changes', withCode('25006')],
    ['no suitable host', withCode('08001')],
    ['a host that does not answer', saying('timeout expired')],
    ['a connection that broke', saying('Connection terminated unexpectedly')],
    ['one that broke between two statements of a transaction', new QueryRunnerProviderAlreadyReleasedError()],
    ['the same, elsewhere in TypeORM', new QueryRunnerAlreadyReleasedError()],
  ])('with %s', (_what, error) => {
    expect(isConnectionTrouble(error)).toBe(true);
  });

  it('and not with an error of its own', () => {
    for (const error of [withCode('23505'), saying('timeout'), undefined])
      expect(isConnectionTrouble(error)).toBe(false);
  });
});
