import 'reflect-metadata';
import { type FieldProblem } from '../problem/problem.js';

/** What a group asks of a field: that it is there, that something is in it, or that it has this value. */
export type FieldNeed = 'given' | 'filled' | { readonly is: string | boolean };

/** Fields that belong together, by their names. */
export type FieldGroup = Readonly<Record<string, FieldNeed>>;

const groupsKey = Symbol('field groups');

/**
 * Of a class of bodies, or of objects in them: one group of fields has to be there, all of it. The request is checked against it,
 * and the OpenAPI document says it.
 */
export function OneGroupOf(...groups: FieldGroup[]): ClassDecorator {
  return Reflect.metadata(groupsKey, groups);
}

export function fieldGroupsOf(Dto: object): readonly FieldGroup[] {
  return (Reflect.getMetadata(groupsKey, Dto) ?? []) as FieldGroup[];
}

/**
 * What an object of a checked class lacks of the group that it comes closest to, and the objects in it of theirs.
 *
 * @param parent where the object is in the body; empty: it is the body
 */
export function missingFields(body: object, parent = ''): FieldProblem[] {
  const at = (field: string): string => (parent ? `${parent}.${field}` : field);
  const own = lackingFields(body as Record<string, unknown>).map((field) => ({
    field: at(field),
    message: `${at(field)} is missing`,
    rule: 'isMissing',
  }));
  const inside = Object.entries(body).flatMap(([field, value]: [string, unknown]) => {
    if (Array.isArray(value)) {
      return value.flatMap((each: unknown, index) =>
        isObject(each) ? missingFields(each, `${at(field)}.${index}`) : [],
      );
    }
    return isObject(value) ? missingFields(value, at(field)) : [];
  });
  return [...own, ...inside];
}

function lackingFields(body: Record<string, unknown>): string[] {
  const fits = (group: FieldGroup): boolean =>
    Object.entries(group).every(([field, need]) => typeof need === 'string' || body[field] === need.is);
  const groups = fieldGroupsOf(body.constructor);
  const fitting = groups.filter(fits);
  const sorted = (fitting.length > 0 ? fitting : groups)
    .map((group) => Object.entries(group))
    .map((needs) => ({ needs, lacking: needs.filter(([field, need]) => !isMet(body[field], need)) }))
    // Of those with as many fields there, the one that is declared first.
    .sort((one, other) => presentIn(other) - presentIn(one));
  if (sorted.some(({ lacking }) => lacking.length === 0)) return [];
  return sorted[0]?.lacking.map(([field]) => field) ?? [];
}

function presentIn({ needs, lacking }: { needs: unknown[]; lacking: unknown[] }): number {
  return needs.length - lacking.length;
}

function isMet(value: unknown, need: FieldNeed): boolean {
  if (typeof need !== 'string') return value === need.is;
  if (value === undefined || value === null) return false;
  if (need === 'given') return true;
  return typeof value === 'string' ? value.trim() !== '' : !Array.isArray(value) || value.length > 0;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
