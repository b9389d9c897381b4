// `npm run demo`: a throw-away server with testers coming and going.
import { ensureBuilt, ensureInstalled } from './prepare.mjs';

ensureInstalled();
ensureBuilt();
await import('../dist/scripts/sample/demo.js');
