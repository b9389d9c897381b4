import { describe, expect, it } from '@jest/globals';
import { Problem } from './problem';

describe('a refusal of the server', () => {
  it('has its code, its words, and what is wrong with each field', () => {
    const errors = [{ field: 'port', rule: 'max', limit: 65_535, message: 'is too large' }];
    const problem = Problem.of(400, { code: 'invalid-request', message: 'Wrong.', errors, hint: 'x' });
    expect(problem).toMatchObject({ status: 400, code: 'invalid-request', message: 'Wrong.', errors });
    expect(problem.details.hint).toBe('x');
  });

  it('has no wrong fields where the server names none', () => {
    expect(Problem.of(404, { code: 'not-found', message: 'Gone.' }).errors).toEqual([]);
  });

  it.each([undefined, null, '<html>502</html>', 7, [], { errors: 'all' }])(
    'is told by its status when a proxy has answered %p',
    (body) => {
      const problem = Problem.of(502, body);
      expect(problem).toMatchObject({ status: 502, code: 'unknown', errors: [] });
      expect(problem.message).toContain('502');
    },
  );
});
