import type { PasskeyAnswer, NewPasskey } from '../../generated/api';

/** The reader has closed the browser's question, or was too slow: nothing to tell. */
function isCancelled(error: unknown): boolean {
  return error instanceof Error && (error.name === 'NotAllowedError' || error.name === 'AbortError');
}

/**
 * Has a passkey sign what the server says.
 *
 * @returns undefined when the reader has cancelled
 */
export async function signWithPasskey(options: object): Promise<PasskeyAnswer | undefined> {
  const { startAuthentication } = await import('@simplewebauthn/browser');
  try {
    return (await startAuthentication({ optionsJSON: options as never })) as PasskeyAnswer;
  } catch (error) {
    if (isCancelled(error)) return undefined;
    throw error;
  }
}

/**
 * Makes a passkey with what the server says.
 *
 * @returns undefined when the reader has cancelled
 */
export async function makePasskey(options: object): Promise<NewPasskey | undefined> {
  const { startRegistration } = await import('@simplewebauthn/browser');
  try {
    return (await startRegistration({ optionsJSON: options as never })) as NewPasskey;
  } catch (error) {
    if (isCancelled(error)) return undefined;
    throw error;
  }
}
