import { type Settings } from '../../src/config/settings.js';
import { type Finding, ok, warning } from './finding.js';

/**
 * Whether the one call that Katalon's clients send to the root of the host reaches this server when SERVER_URL has a path. Says
 * nothing without a path, or where no server answers at SERVER_URL.
 */
export async function examinePath({ serverUrl }: Pick<Settings, 'serverUrl'>): Promise<Finding[]> {
  const { origin, pathname } = new URL(serverUrl);
  const path = pathname.replace(/\/$/, '');
  if (path === '' || !(await isOurs(`${origin}${path}/api/v1/organizations/1`))) return [];
  const name = 'server path';
  const call = `${origin}/api/v1/organizations/{id}`;
  if (await isOurs(`${origin}/api/v1/organizations/1`)) {
    return [ok(name, `Below ${path}, and at ${call}, which Katalon's clients ask for without the path.`)];
  }
  return [
    warning(
      name,
      `All calls of Katalon's clients go to ${serverUrl}, except one: GET ${call}, which does not arrive here.`,
      'Pass that address on to this server too. Without it, the clients show no name of the organization.',
    ),
  ];
}

/** Whether this server refuses there, because the caller is not signed in. */
async function isOurs(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(5_000), redirect: 'manual' });
    const type = answer.headers.get('content-type') ?? '';
    await answer.body?.cancel();
    return answer.status === 401 && type.startsWith('application/problem+json');
  } catch {
    return false;
  }
}
