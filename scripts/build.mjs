// `npm run build`: the server and its console, where they are stale. With `types`: only what the type check needs.
import { ensureBuilt, ensureDescribed, ensureInstalled } from './prepare.mjs';

ensureInstalled();
if (process.argv[2] === 'types') ensureDescribed();
else ensureBuilt();
