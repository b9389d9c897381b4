// `npm run check:object-storage`: backups are copied to a real S3 server, versitygw, which is built once with Go and kept. Needs Go.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { checkWithPackages } from './check-with-packages.mjs';

const version = 'v1.8.0';
const folder = path.join(os.tmpdir(), `license-server-check-versitygw-${version}`);
const program = path.join(folder, 'versitygw');
if (!existsSync(program)) {
  console.log('Building versitygw …');
  const env = { ...process.env, GOBIN: folder };
  const { status } = spawnSync('go', ['install', `github.com/versity/versitygw/cmd/versitygw@${version}`], {
    stdio: 'inherit',
    env,
  });
  if (status !== 0) {
    console.error('This check needs Go (https://go.dev) to build the S3 server that it copies backups to.');
    process.exit(2);
  }
}
process.env.VERSITYGW = program;
checkWithPackages('object-storage', {});
