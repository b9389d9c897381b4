import vm from 'node:vm';

/**
 * Does work that takes milliseconds, and breaks it off where it takes ten seconds: a regular expression that tries each place of a
 * long text from each other place would take hours, and no other timeout could end it.
 */
export function withoutHanging<T>(work: () => T): T {
  return vm.runInNewContext('work()', { work }, { timeout: 10_000 }) as T;
}
