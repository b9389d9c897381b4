import { type FieldProblem, Problem } from '../api/problem';

/** What the server says of fields that the form has; anything else stands over its button. */
export function problemsOfFields(error: unknown, values: object): FieldProblem[] {
  if (!(error instanceof Problem)) return [];
  return error.errors.filter((problem) => topFieldOf(problem) in values);
}

/** The field of the form that a field of the request belongs to: "reservations" of "reservations.0.seats". */
export function topFieldOf({ field }: Pick<FieldProblem, 'field'>): string {
  return field.split('.')[0] ?? field;
}
