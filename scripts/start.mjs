// `npm start`: installs what is missing, builds what is stale, and runs the server.
//   --take-over  takes the data folder of a server that has ended where this machine cannot see it
import { ensureBuilt, ensureInstalled } from './prepare.mjs';

ensureInstalled();
ensureBuilt();

// npm runs this through a shell that passes no signal on: when it has gone, the server's time has come too.
const shell = process.ppid;
setInterval(() => {
  if (process.ppid !== shell) process.kill(process.pid, 'SIGTERM');
}, 500).unref();

const { Parent } = await import('../dist/server/parent.js');
const program = new URL('../dist/server/main.js', import.meta.url);
new Parent({ program, takeOver: process.argv.includes('--take-over') }).run();
