// `npm start`: installs what is missing, builds what is stale, and runs the server in this process.
import { ensureBuilt, ensureInstalled } from './prepare.mjs';

ensureInstalled();
ensureBuilt();

// npm runs this through a shell that passes no signal on: when it has gone, the server's time has come too.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGTERM');
}, 500).unref();

await import('../dist/src/main.js');
