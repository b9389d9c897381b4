import { ScimError } from './scim.error.js';

/** Microsoft Entra ID sends "True" and "False". */
export function activeOf(value: unknown): boolean {
  if (value === undefined) return true;
  if (typeof value === 'boolean') return value;
  const text = typeof value === 'string' ? value.toLowerCase() : '';
  if (text !== 'true' && text !== 'false') throw new ScimError('invalidValue', 'active must be true or false.');
  return text === 'true';
}
