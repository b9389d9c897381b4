// What each test file runs in: Node's environment, with what outlives the file because it takes long to load: the processes
// that servers run in, and the vendor's tool.
import { TestEnvironment } from 'jest-environment-node';
import { ServerHosts } from '../server-hosts.mjs';

const serverHosts = new ServerHosts();

/** Issues a license file as the vendor does, who has written the specification in JSON. */
async function licenseFrom(specification, privateKey, now) {
  const tool = await import('../../../dist/cli/vendor/license-specification.js');
  return tool.licenseFrom(JSON.parse(JSON.stringify(specification)), privateKey, new Date(now.getTime()));
}

export default class extends TestEnvironment {
  async setup() {
    await super.setup();
    Object.assign(this.global, { serverHosts, licenseFrom });
  }

  async teardown() {
    await serverHosts.endBusy();
    await super.teardown();
  }
}
