// What each test file runs in: Node's environment, with the processes that its servers run in. They outlive the file, because
// a server's code takes longer to load than a server to start.
import { TestEnvironment } from 'jest-environment-node';
import { ServerHosts } from './server-hosts.mjs';

const serverHosts = new ServerHosts();

export default class extends TestEnvironment {
  async setup() {
    await super.setup();
    this.global.serverHosts = serverHosts;
  }

  async teardown() {
    await serverHosts.endBusy();
    await super.teardown();
  }
}
