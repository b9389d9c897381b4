// `npm run screenshots [-- NAME …]`: takes the pages of the console, filled with sample data, into docs/screenshots/.
import { ensureBuilt, ensureInstalled } from './prepare.mjs';

ensureInstalled();
ensureBuilt();
await import('../dist/scripts/screenshots.js');
