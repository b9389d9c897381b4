/** The fields of a list as the address has them; what it does not name is as in `defaults`. */
export function fieldsIn<V extends Record<string, string>>(search: Readonly<Record<string, unknown>>, defaults: V): V {
  return Object.fromEntries(
    Object.entries(defaults).map(([name, value]) => [name, textOf(search[name]) ?? value]),
  ) as V;
}

/** The fields as the address writes them; `undefined` for those that are as in `defaults`, which it leaves out. */
export function searchOf<V extends Record<string, string>>(
  fields: V,
  defaults: V,
): Record<string, string | number | undefined> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, value === defaults[name] ? undefined : plain(value)]),
  );
}

/** A number stands in the address without quotation marks. */
function plain(value: string): string | number {
  return /^(0|[1-9]\d{0,14})$/.test(value) ? Number(value) : value;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;
}
