// `npm start`: installs what is missing, builds what is stale, and runs the server in this process.
import { ensureBuilt, ensureInstalled } from './prepare.mjs';

ensureInstalled();
ensureBuilt();
await import('../dist/src/main.js');
