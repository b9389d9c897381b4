// `npm run fill -- --database-url URL --share 1`: a year of a large company in the database of a server that is set up.
import { ensureBuilt, ensureInstalled } from './prepare.mjs';

ensureInstalled();
ensureBuilt();
await import('../dist/scripts/fill/fill.js');
