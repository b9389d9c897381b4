/** Details in a line: "role: ADMIN"; of what was one thing and is another now: "leaseMinutes: 15 → 20". */
export function describeDetails(details: Readonly<Record<string, unknown>>): string {
  const { from, to, ...others } = details;
  const compared = isRecord(from) && isRecord(to) ? changesBetween(from, to) : detailLines({ from, to });
  return [...compared, ...detailLines(others)].join(', ');
}

function changesBetween(from: Readonly<Record<string, unknown>>, to: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(to)
    .filter((name) => JSON.stringify(from[name]) !== JSON.stringify(to[name]))
    .map((name) => `${name}: ${wordOf(from[name])} → ${wordOf(to[name])}`);
}

function detailLines(details: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(details)
    .filter(([, value]) => value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0))
    .map(([name, value]) => `${name}: ${wordOf(value)}`);
}

function wordOf(value: unknown): string {
  if (value === null || value === undefined || (Array.isArray(value) && value.length === 0)) return '–';
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value.join(', ');
  // As in the export: a license ends on the day that was written, for every reader.
  if (typeof value === 'string') return value.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)[\d:.]*Z$/, '$1 $2 UTC');
  return JSON.stringify(value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
