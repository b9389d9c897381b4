// A built server in a process of its own, as it runs for users. The test that forked it gets its address, and steps its clock.
import { readSettings } from '../../dist/src/config/settings.js';
import { createLog } from '../../dist/src/log/log.js';
import { startServer } from '../../dist/src/server.js';

const settings = readSettings(process.env);
const server = await startServer(settings, createLog(settings.logLevel));
process.on('message', async (message) => {
  if (message.advance !== undefined) server.clock.advance(message.advance);
  if (message.close) await server.close();
  process.send({ done: message.id }, () => {
    if (message.close) process.exit(0);
  });
});
process.on('disconnect', () => process.exit(1));
process.send({ url: server.url, setupToken: server.setupToken });
