import { getMetadataStorage } from 'class-validator';
import { type FieldProblem } from './problem/problem.js';
import { counted } from '../errors/counted.js';

/** Deeper than any body here, and far from where recursion would end. */
const maxDepth = 16;
/** Members of one object; what has more is not one of ours. */
const maxKeys = 100;
/** Entries of a list for which its field declares no limit of its own. */
const maxEntries = 1000;
/** Members and entries of the whole. */
const maxValues = 10_000;

/** PostgreSQL's text cannot hold NUL, UTF-8 no half of a surrogate pair. */
const unstorable = /\0|\p{Surrogate}/u;

/**
 * Looks once at everything that has come in, before the slow checks against a DTO class: those take microseconds for each member
 * and entry, so a body of many of them would keep all other requests waiting.
 *
 * @param Dto the class whose declared limits of lists are checked here already
 * @returns the first problem
 */
export function problemOfShape(value: unknown, field: string, Dto?: unknown): FieldProblem | undefined {
  return declaredListProblem(value, Dto) ?? new Walk().problemOf(value, field, 0);
}

class Walk {
  private values = 0;

  problemOf(value: unknown, field: string, depth: number): FieldProblem | undefined {
    if (depth > maxDepth) return { field, message: `${field} is nested too deeply`, rule: 'depth' };
    if (typeof value === 'string') return textProblem(value, field);
    if (typeof value !== 'object' || value === null) return undefined;
    return Array.isArray(value) ? this.inList(value, field, depth) : this.inObject(value, field, depth);
  }

  private inList(list: readonly unknown[], field: string, depth: number): FieldProblem | undefined {
    if (list.length > maxEntries) {
      const message = `${field} must hold at most ${counted(maxEntries, 'entry', 'entries')}`;
      return { field, message, rule: 'arrayMaxSize', limit: maxEntries };
    }
    for (const each of list) {
      // An entry of a list is named by the list.
      const problem = this.count(field) ?? this.problemOf(each, field, depth + 1);
      if (problem) return problem;
    }
    return undefined;
  }

  private inObject(object: object, field: string, depth: number): FieldProblem | undefined {
    const entries = Object.entries(object);
    if (entries.length > maxKeys) {
      return {
        field,
        message: `${field} has more than ${counted(maxKeys, 'field')}`,
        rule: 'too-many-fields',
        limit: maxKeys,
      };
    }
    for (const [key, inner] of entries) {
      const problem = this.count(field) ?? textProblem(key, field) ?? this.problemOf(inner, key, depth + 1);
      if (problem) return problem;
    }
    return undefined;
  }

  private count(field: string): FieldProblem | undefined {
    if (++this.values <= maxValues) return undefined;
    return {
      field,
      message: `${field} holds more than ${counted(maxValues, 'value')}`,
      rule: 'too-many-values',
      limit: maxValues,
    };
  }
}

function textProblem(text: string, field: string): FieldProblem | undefined {
  if (!unstorable.test(text)) return undefined;
  return { field, message: `${field} must not contain a NUL character or half of a surrogate pair` };
}

interface ListLimit {
  field: string;
  limit: number;
  message: string;
}

const listLimits = new Map<unknown, ListLimit[]>();

/** `ArrayMaxSize` of a DTO class: class-validator would still check every entry of a list that is too long. */
function declaredListProblem(value: unknown, Dto: unknown): FieldProblem | undefined {
  if (typeof Dto !== 'function' || typeof value !== 'object' || value === null) return undefined;
  for (const { field, limit, message } of listLimitsOf(Dto)) {
    const list = (value as Record<string, unknown>)[field];
    if (Array.isArray(list) && list.length > limit) return { field, message, rule: 'arrayMaxSize', limit };
  }
  return undefined;
}

function listLimitsOf(Dto: object): ListLimit[] {
  const known = listLimits.get(Dto);
  if (known) return known;
  const limits = getMetadataStorage()
    .getTargetValidationMetadatas(Dto as never, '', false, false)
    .filter(({ name }) => name === 'arrayMaxSize')
    .map(({ propertyName: field, constraints, message }) => {
      const limit = Number((constraints as unknown[])[0]);
      const template =
        typeof message === 'string' ? message : `${field} must contain no more than ${counted(limit, 'element')}`;
      return { field, limit, message: template.replaceAll('$property', field) };
    });
  listLimits.set(Dto, limits);
  return limits;
}
