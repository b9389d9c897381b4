// `npm run fetch-plugins -- --server URL --project FOLDER`: a project's plugins from the server, built when stale.
import path from 'node:path';

// `npm run` starts here, whoever calls it from somewhere else means paths from there.
const from = process.env.INIT_CWD ?? process.cwd();
const args = process.argv.slice(2).map((each, index, all) => {
  const isPath = /^--(project|api-key-file)$/.test(all[index - 1] ?? '');
  const [, name, value] = /^(--(?:project|api-key-file)=)(.+)$/.exec(each) ?? [];
  return isPath ? path.resolve(from, each) : value ? name + path.resolve(from, value) : each;
});
const { ensureBuilt, ensureInstalled } = await import('./prepare.mjs');
ensureInstalled();
ensureBuilt();
const { main } = await import('../dist/scripts/fetch-plugins.js');
process.exitCode = await main(args);
