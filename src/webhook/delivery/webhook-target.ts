import { isIP } from 'node:net';
import { InvalidRequestError } from '../../http/validation/validation.js';
import { holdsCertificates } from '../../network/certificates.js';
import { isInternal, refusedUnless } from '../../network/guarded-address.js';

/**
 * Checks the address of a webhook, as far as it can be checked without asking for its host.
 *
 * @param allowedNetworks in which an organization's webhook may be although they are internal; undefined: it may be anywhere
 * @throws InvalidRequestError
 */
export function checkedUrl(text: string, allowedNetworks: readonly string[] | undefined): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:';
  if (!url || !isWeb || url.username || url.password || url.hash) {
    const message = 'url must be an address that begins with https:// or http://, without a user name, password or #';
    throw new InvalidRequestError([{ field: 'url', message, rule: 'webhook-url' }]);
  }
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (allowedNetworks && isIP(host) && refusedUnless(allowedNetworks, isInternal)(host)) {
    const message = "url is internal: the server's administrator has to allow its network (WEBHOOK_ALLOWED_NETWORKS)";
    throw new InvalidRequestError([{ field: 'url', message, rule: 'webhook-internal' }]);
  }
  return url;
}

/** @throws InvalidRequestError */
export function checkCertificates(pem: string | undefined): void {
  if (!pem?.trim() || holdsCertificates(pem)) return;
  const message = 'caCertificate must hold certificates in PEM form';
  throw new InvalidRequestError([{ field: 'caCertificate', message, rule: 'certificates' }]);
}
