// `npm run docs`: built when stale.
import { ensureBuilt, ensureInstalled } from './prepare.mjs';

ensureInstalled();
ensureBuilt();
await import('../dist/scripts/manual/docs.js');
