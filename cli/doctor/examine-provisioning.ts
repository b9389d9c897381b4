import { type Settings } from '../../src/config/settings.js';
import { ProvisioningError } from '../../src/provisioning/provisioning-error.js';
import { type Finding, ok, wrong } from './finding.js';

/** Whether the provisioning files can be read, as far as that shows without the database. */
export async function examineProvisioning({ provisioningDir }: Settings, env: NodeJS.ProcessEnv): Promise<Finding[]> {
  if (provisioningDir === undefined) return [];
  const name = 'provisioning';
  // The rules of all routes come with it.
  const { readProvisioningFiles } = await import('../../src/provisioning/provisioning-files.js');
  try {
    await readProvisioningFiles(provisioningDir, { env, isSetUp: true });
    return [ok(name, `The files in ${provisioningDir} are valid.`)];
  } catch (error) {
    if (!(error instanceof ProvisioningError)) throw error;
    const advice =
      'Correct it: the server does not start with it. `license-server provision --dry-run` tries all steps.';
    return error.problems.map((problem) => wrong(name, problem, advice));
  }
}
