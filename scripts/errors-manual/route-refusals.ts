import path from 'node:path';
import ts from 'typescript';
import { type ErrorKind } from '../../src/errors/domain-error.js';
import { statusOf } from '../../src/http/problem/problem.js';
import { type KnownCode } from './errors-manual.js';
import { RefusalReach } from './reached-refusals.js';

/** Status → codes, both in order. */
export type CodesByStatus = Record<string, string[]>;

/** What the OpenAPI document is told of refusals. */
export interface RefusalFile {
  codes: Record<string, KnownCode>;
  /** By operation id: what the method and its own guards refuse. What guards of all routes refuse follows from its decorators. */
  routes: Record<string, CodesByStatus>;
}

/** Decorators of methods that answer a route. */
const routeDecorator = /^@(Get|Post|Put|Patch|Delete|Sse)\(/;

/** What the filter of all routes refuses where a decorator asks it to. */
const byDecorator = [{ decorator: /^@HeldForClients\(/, code: 'too-many-held', kinds: ['unavailable'] }];

/** Codes that the source seems to lead to from many routes, and the only ones that they come from. */
const onlyFrom: Record<string, RegExp> = {
  // A notice that nobody has asked for is left out instead.
  'too-many-mails-today': /^(Invitation|People|Announcement)Controller_/,
};

/**
 * Finds the refusals of every route in the source.
 *
 * @param root the folder of tsconfig.json
 */
export function refusalFile(program: ts.Program, root: string, codes: ReadonlyMap<string, KnownCode>): RefusalFile {
  const reach = new RefusalReach(program, path.join(root, 'src'));
  const routes: RefusalFile['routes'] = {};
  for (const file of program.getSourceFiles().filter((each) => reach.isOurs(each))) {
    for (const controller of file.statements.filter((each) => ts.isClassDeclaration(each))) {
      for (const method of controller.members.filter((each) => ts.isMethodDeclaration(each))) {
        if (!decoratorsOf(method).some((each) => routeDecorator.test(each.getText()))) continue;
        const guards = decoratorsOf(controller).flatMap((each) => reach.declaredBy(each));
        const name = `${controller.name?.text}_${method.name.getText()}`;
        const declared = byDecorator.filter(({ decorator }) =>
          decoratorsOf(method).some((each) => decorator.test(each.getText())),
        );
        const found = [...declared, ...[method, ...guards].flatMap((each) => reach.from(each))];
        const isPossible = (code: string): boolean => onlyFrom[code]?.test(name) ?? true;
        routes[name] = byStatus(
          found.filter(({ code }) => isPossible(code)),
          codes,
        );
      }
    }
  }
  return { codes: Object.fromEntries(codes), routes: sorted(routes) };
}

function decoratorsOf(node: ts.ClassDeclaration | ts.MethodDeclaration): readonly ts.Decorator[] {
  return ts.getDecorators(node) ?? [];
}

function byStatus(
  found: readonly { code: string; kinds: string[] }[],
  codes: ReadonlyMap<string, KnownCode>,
): CodesByStatus {
  const sets: Partial<Record<string, Set<string>>> = {};
  for (const { code, kinds } of found) {
    const all = codes.get(code)?.statuses ?? [];
    const own = kinds.map((kind) => statusOf[kind as ErrorKind]).filter((status) => all.includes(status));
    for (const status of own.length > 0 ? own : all) (sets[status] ??= new Set()).add(code);
  }
  return Object.fromEntries(Object.entries(sets).map(([status, set = []]) => [status, [...set].sort()]));
}

function sorted<T>(record: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([one], [other]) => (one < other ? -1 : 1)));
}
