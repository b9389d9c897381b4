// `npm run license-server -- COMMAND`, and the shorter names of some commands: built when stale.
import { ensureBuilt, ensureInstalled } from './prepare.mjs';

ensureInstalled();
ensureBuilt();
await import('../dist/cli/main.js');
