// `npm run vendor -- COMMAND`: the vendor's tools, built when stale.
import { ensureBuilt, ensureInstalled } from './prepare.mjs';

ensureInstalled();
ensureBuilt();
await import('../dist/scripts/vendor.js');
