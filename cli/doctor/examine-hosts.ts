import { hostAndPort } from '../../src/config/database-address.js';
import { describeHost, type HostState, probeHosts } from '../../src/database/pool/host-choice.js';
import { type Finding, ok, warning, wrong } from './finding.js';

/** Each host of an address with several: a primary and its stand-bys. */
export async function examineHosts(address: string): Promise<Finding[]> {
  const states = await probeHosts(address);
  if (states.length < 2) return [];
  const primaries = states.filter(({ acceptsChanges }) => acceptsChanges);
  const findings = states.map(findingOf);
  if (primaries.length < 2) return findings;
  const names = primaries.map(({ host }) => hostAndPort(host)).join(' and ');
  return [
    ...findings,
    wrong(
      'database',
      `${names} all accept changes. Only one of them may: what is written to the others is lost.`,
      'Stop the primary that was replaced, and make it a stand-by (pg_rewind, pg_basebackup).',
    ),
  ];
}

function findingOf(state: HostState): Finding {
  const message = `${describeHost(state)}.`;
  if (!state.error) return ok('database', message);
  return warning('database', message, 'Until it answers, nothing can take over from the other hosts.');
}
