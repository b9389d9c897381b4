/** Bytes; the indexes of the database take up to 2,700. */
const maxBytes = 2000;

/** Whether what a provider calls a person or a session can be kept: a line of text with something to read. */
export function isUsableName(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value.trim() !== '' &&
    Buffer.byteLength(value) <= maxBytes &&
    // The database keeps no NUL, and no halves of characters.
    !/[\p{Cc}\p{Cs}]/u.test(value)
  );
}
