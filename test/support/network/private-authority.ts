import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/**
 * A private certificate authority, and a certificate that it has signed.
 *
 * @param names for which it is, as OpenSSL writes them
 */
export function privateAuthority(names = 'DNS:localhost'): { ca: string; key: string; cert: string } {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-ca-'));
  const openssl = (...args: string[]): void => {
    execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  };
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=Private CA', '-days', '2');
  openssl(
    'req',
    ...key,
    '-keyout',
    'server.key',
    '-out',
    'server.csr',
    '-subj',
    '/CN=localhost',
    '-addext',
    `subjectAltName=${names}`,
  );
  openssl(
    'x509',
    '-req',
    '-in',
    'server.csr',
    '-CA',
    'ca.pem',
    '-CAkey',
    'ca.key',
    '-CAcreateserial',
    '-out',
    'server.pem',
    '-copy_extensions',
    'copy',
    '-days',
    '2',
  );
  const read = (name: string): string => readFileSync(path.join(folder, name), 'utf8');
  const files = { ca: read('ca.pem'), key: read('server.key'), cert: read('server.pem') };
  rmSync(folder, { recursive: true });
  return files;
}
