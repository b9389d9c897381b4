import { Secret, TOTP } from 'otpauth';

/** Seconds for which an app shows a code. */
const periodSeconds = 30;

/** Steps before and after the current one whose codes are accepted: typing takes time, and clocks differ a little. */
const acceptedSteps = 1;

/** Steps by which a phone's clock may be wrong for its owner to be told so: ten minutes. */
const explainedSteps = 20;

/** What every authenticator app understands. */
const parameters = { algorithm: 'SHA1', digits: 6, period: periodSeconds } as const;

/** A secret of 160 bits, as RFC 4226 asks for, in base32. */
export function newSecret(): string {
  return new Secret({ size: 20 }).base32;
}

/** What the QR code of an authenticator app says. */
export function keyUri(secret: string, account: string, issuer: string): string {
  return new TOTP({ ...parameters, secret: Secret.fromBase32(secret), label: account, issuer }).toString();
}

/** The step that a code belongs to, and whether its time is now. */
export interface CodeStep {
  step: number;
  isNow: boolean;
}

/** @returns undefined when the code belongs to no moment near to this one */
export function stepOf(secret: string, code: string, millis: number): CodeStep | undefined {
  const totp = new TOTP({ ...parameters, secret: Secret.fromBase32(secret) });
  const current = Math.floor(millis / 1000 / periodSeconds);
  for (const window of [acceptedSteps, explainedSteps]) {
    const delta = totp.validate({ token: code, timestamp: millis, window });
    if (delta !== null) return { step: current + delta, isNow: Math.abs(delta) <= acceptedSteps };
  }
  return undefined;
}

/** The last step whose time may still come while a code of this moment is looked at. */
export function lastStepOf(millis: number): number {
  return Math.floor(millis / 1000 / periodSeconds) - acceptedSteps;
}
