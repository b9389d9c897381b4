import { type ThrowAwayServer } from '../sample/throw-away-server.js';
import { median, percentile } from './percentile.js';

/** A server, and a caller who may read everything there. */
export interface Reader {
  server: ThrowAwayServer;
  headers: Record<string, string>;
  organizationId: number;
}

const requests = 20;
const dayMillis = 86_400_000;

/** What the console asks for, by what people see; `O` stands for the organization and `YEAR` for the last one. */
const pages: Record<string, string> = {
  'audit log of the server': '/api/v1/audit-events?size=25',
  'audit log of an organization': 'O/audit-events?size=25',
  '… a search for a person': 'O/audit-events?size=25&search=tester77',
  '… a search for nothing that is there': 'O/audit-events?size=25&search=nothing-like-this',
  '… by a person': 'O/audit-events?size=25&actor=tester77@example.com',
  '… by action': 'O/audit-events?size=25&action=member.',
  'utilization of 30 days': 'O/utilization?size=25',
  'utilization of a year': 'O/utilization?size=25&YEAR&interval=month',
  '… of one product and model': 'O/utilization?size=25&YEAR&interval=month&product=KRE&model=floating',
  '… of one user': 'O/utilization?size=25&YEAR&interval=month&userId=77',
  'totals of 30 days by user': 'O/utilization/totals?size=25',
  'totals of a year by user': 'O/utilization/totals?size=25&YEAR',
  'totals of a year by machine': 'O/utilization/totals?size=25&YEAR&by=machine',
  'totals of a year by team': 'O/utilization/totals?size=25&YEAR&by=team',
  'capacity, 30 days': 'O/capacity',
  'capacity, a year': 'O/capacity?YEAR',
  refusals: 'O/denials?size=25',
  '… a search': 'O/denials?size=25&search=tester77',
  members: 'O/members?size=25',
  '… a search in members': 'O/members?size=25&search=tester77',
  'online licenses': 'O/online-licenses?size=25',
  invitations: 'O/invitations?size=25',
  accounts: '/api/v1/users?size=25',
  licenses: 'O/licenses',
};

interface Times {
  p50: number;
  p95: number;
}

/** A table of what each page takes, with a hundredth of a year in the database and with all of it. */
export async function comparePages(small: Reader, full: Reader): Promise<string> {
  const lines = ['| | p50, a hundredth | p50 | p95 | compared |', '| --- | --- | --- | --- | --- |'];
  for (const [name, page] of Object.entries(pages)) {
    const [before, after] = [await timesOf(small, page), await timesOf(full, page)];
    const compared = `${(after.p50 / before.p50).toFixed(1)} ×`;
    const line = `| ${name} | ${[before.p50, after.p50, after.p95].map((millis) => `${millis.toFixed(0)} ms`).join(' | ')} | ${compared} |`;
    console.log(line);
    lines.push(line);
  }
  return lines.join('\n');
}

async function timesOf({ server, headers, organizationId }: Reader, page: string): Promise<Times> {
  const now = Date.now();
  const year = `from=${new Date(now - 364 * dayMillis).toISOString()}&to=${new Date(now).toISOString()}`;
  const path = page.replace('O/', `/api/v1/organizations/${organizationId}/`).replace('YEAR', year);
  const times: number[] = [];
  for (let index = 0; index < requests; index++) {
    const begun = performance.now();
    await server.call('GET', path, undefined, headers);
    times.push(performance.now() - begun);
  }
  return { p50: median(times), p95: percentile(times, 0.95) };
}
