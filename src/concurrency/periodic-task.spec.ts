import { describe, expect, it } from '@jest/globals';
import { PeriodicTask } from './periodic-task.js';

describe('A periodic task', () => {
  it('never runs twice at the same moment, and is joined by who asks meanwhile', async () => {
    let runs = 0;
    let end = (): void => undefined;
    const task = new PeriodicTask(
      () =>
        new Promise<void>((resolve) => (end = resolve)).then(() => {
          runs++;
        }),
      60_000,
      () => undefined,
    );
    const both = [task.run(), task.run()];
    end();
    await Promise.all(both);
    expect(runs).toBe(1);
    const next = task.run();
    end();
    await next;
    expect(runs).toBe(2);
  });

  it('tells of an error, and goes on', async () => {
    const errors: unknown[] = [];
    const task = new PeriodicTask(
      () => Promise.reject(new Error('away')),
      60_000,
      (error) => errors.push(error),
    );
    await task.run();
    await task.run();
    expect(errors).toEqual([new Error('away'), new Error('away')]);
  });

  it('waits at its stop for the run that is under way, and begins no other', async () => {
    let runs = 0;
    let begin = (): void => undefined;
    let end = (): void => undefined;
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const ending = new Promise<void>((resolve) => (end = resolve));
    const work = (): Promise<void> => {
      runs++;
      begin();
      return ending;
    };
    const task = new PeriodicTask(work, 1, () => undefined);
    task.start();
    await begun;
    const stopped = task.stop();
    end();
    await stopped;
    expect(runs).toBe(1);
  });
});
