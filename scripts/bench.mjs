// `npm run bench`: measures the server against its own database and its own web framework, all in the same minutes.
import { ensureBuilt, ensureInstalled } from './prepare.mjs';

ensureInstalled();
ensureBuilt();
await import('../dist/scripts/bench/bench.js');
