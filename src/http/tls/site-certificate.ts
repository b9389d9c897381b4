import { type KeyObject, createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import { type Server as HttpsServer } from 'node:https';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { type Logger } from 'pino';
import { Gauge } from 'prom-client';
import { type Clock } from '../../clock/clock.js';
import { type Settings } from '../../config/settings.js';
import { type Metrics } from '../../metrics/metrics.js';
import { counted } from '../../errors/counted.js';

/** Injection token of the {@link SiteCertificate}; undefined where a proxy terminates TLS, or HTTPS is not used. */
export const SITE_CERTIFICATE = Symbol('Site certificate');

/** The site's certificate cannot be used; the message says why. */
export class SiteCertificateError extends Error {}

/** Milliseconds between looks at the files. Asked for rather than told, for not every volume tells. */
const lookMillis = 1_000;

/** Milliseconds for which the files have to stay as they are, so that both of them are there. */
const settleMillis = 500;

const warningMillis = 3_600_000;
const warningDays = 21;
const millisOfDay = 86_400_000;

/** The certificate with which this server answers HTTPS, and its key: read from two files, and again when they change. */
export class SiteCertificate {
  private constructor(
    private readonly files: { certificate: string; key: string; passphrase: string | undefined },
    private current: Pair,
  ) {}

  /**
   * @returns undefined without the settings
   * @throws SiteCertificateError
   */
  static from({ tlsCertFile, tlsKeyFile, tlsKeyPassphrase }: Settings): SiteCertificate | undefined {
    if (!tlsCertFile || !tlsKeyFile) return undefined;
    const files = { certificate: tlsCertFile, key: tlsKeyFile, passphrase: tlsKeyPassphrase };
    return new SiteCertificate(files, readPair(files));
  }

  /** Milliseconds since 1970. */
  get expiresAt(): number {
    return this.current.expiresAt;
  }

  get options(): SecureContextOptions {
    return this.current.options;
  }

  /**
   * Follows the files as long as the server runs. A pair that cannot be used is written to the log, and the server goes on with
   * the one that it has.
   *
   * @returns ends it
   */
  follow(server: HttpsServer, clock: Clock, log: Logger, { registry }: Metrics): () => void {
    const daysLeft = (): number => (this.current.expiresAt - clock.millis()) / millisOfDay;
    this.tell(registry, daysLeft);
    let settling: NodeJS.Timeout | undefined;
    const changed = (): void => {
      clearTimeout(settling);
      settling = setTimeout(() => this.reload(server, log), settleMillis).unref();
    };
    const files = [this.files.certificate, this.files.key];
    for (const file of files) watchFile(file, { interval: lookMillis, persistent: false }, changed);
    // They may have been replaced since they were read, before anybody looked.
    changed();
    const warn = (): void => {
      const days = Math.floor(daysLeft());
      if (days < 0) log.error({ days }, 'The HTTPS certificate has expired');
      else if (days < warningDays) log.warn({ days }, `The HTTPS certificate expires in ${counted(days, 'day')}`);
    };
    warn();
    const warnings = setInterval(warn, warningMillis).unref();
    return () => {
      for (const file of files) unwatchFile(file, changed);
      clearTimeout(settling);
      clearInterval(warnings);
    };
  }

  private reload(server: HttpsServer, log: Logger): void {
    try {
      const pair = readPair(this.files);
      const { cert, key } = this.current.options;
      if (pair.options.cert === cert && pair.options.key === key) return;
      server.setSecureContext(pair.options);
      this.current = pair;
      log.info({ expiresAt: new Date(pair.expiresAt).toISOString() }, 'The server has a new HTTPS certificate');
    } catch (error) {
      const { message } = error as Error;
      log.error(`The new HTTPS certificate cannot be used, the server goes on with the one before: ${message}`);
    }
  }

  private tell(registry: Metrics['registry'], daysLeft: () => number): void {
    const expiresAt = (): number => this.current.expiresAt / 1000;
    certificateGauge(registry, 'days_left', 'Days until the HTTPS certificate expires', daysLeft);
    certificateGauge(registry, 'expiry_timestamp_seconds', 'When the HTTPS certificate expires', expiresAt);
  }
}

function certificateGauge(registry: Metrics['registry'], name: string, help: string, value: () => number): void {
  new Gauge({
    name: `license_server_certificate_${name}`,
    help,
    registers: [registry],
    collect() {
      this.set(value());
    },
  });
}

interface Pair {
  options: SecureContextOptions;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

function readPair(files: { certificate: string; key: string; passphrase: string | undefined }): Pair {
  const cert = read('TLS_CERT_FILE', files.certificate);
  const key = read('TLS_KEY_FILE', files.key);
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(cert);
  } catch {
    throw new SiteCertificateError(`TLS_CERT_FILE ${files.certificate} holds no certificate in PEM form`);
  }
  let privateKey: KeyObject;
  try {
    privateKey = createPrivateKey({ key, passphrase: files.passphrase });
  } catch {
    throw new SiteCertificateError(
      /-----BEGIN ENCRYPTED|Proc-Type: 4,ENCRYPTED/.test(key)
        ? `TLS_KEY_FILE ${files.key} cannot be opened with TLS_KEY_PASSPHRASE`
        : `TLS_KEY_FILE ${files.key} holds no private key in PEM form`,
    );
  }
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new SiteCertificateError('The key in TLS_KEY_FILE does not belong to the certificate in TLS_CERT_FILE');
  }
  const options: SecureContextOptions = { cert, key, passphrase: files.passphrase, minVersion: 'TLSv1.2' };
  try {
    createSecureContext(options);
  } catch (error) {
    throw new SiteCertificateError(`The certificate cannot be used: ${(error as Error).message}`);
  }
  return { options, expiresAt: Date.parse(certificate.validTo) };
}

function read(setting: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new SiteCertificateError(`${setting} ${file} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}
