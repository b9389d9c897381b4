import { expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..');

/** The method and path of a route; what the placeholders are called changes nothing for programs. */
function route(method: string, template: string): string {
  return `${method.toUpperCase()} ${template.replace(/\{\w+\}/g, '{}')}`;
}

it('No route of an earlier version is gone', () => {
  const { paths } = JSON.parse(readFileSync(path.join(root, 'dist', 'openapi.json'), 'utf8')) as {
    paths: Record<string, object>;
  };
  const routes = new Set(
    Object.entries(paths).flatMap(([template, methods]) =>
      Object.keys(methods).map((method) => route(method, template)),
    ),
  );
  const earlier = readFileSync(path.join(root, 'test', 'support', 'routes-0.1.0.txt'), 'utf8')
    .trim()
    .split('\n');
  expect(earlier.length).toBeGreaterThan(150);
  expect(earlier.filter((each) => !routes.has(each))).toEqual([]);
});
