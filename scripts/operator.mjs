// `npm run reset-password -- EMAIL`, `npm run create-admin -- EMAIL`: built when stale.
import { ensureBuilt, ensureInstalled } from './prepare.mjs';

ensureInstalled();
ensureBuilt();
await import('../dist/scripts/operator.js');
