// `npm run screenshots [-- NAME …]`: takes the pages of the console, filled with sample data, into docs/screenshots/.
import { ensureBuilt, ensureChromium, ensureInstalled } from './prepare.mjs';

ensureInstalled();
ensureBuilt();
ensureChromium();
await import('../dist/scripts/screenshots.js');
