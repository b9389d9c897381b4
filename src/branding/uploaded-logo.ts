import { type FastifyRequest } from 'fastify';
import { InvalidRequestError } from '../http/validation.js';
import { LogoTooLargeError, maxLogoBytes } from './logo.errors.js';

/** Bytes of a request with a logo: room to answer that it is too large. */
export const logoBodyLimit = 2 * maxLogoBytes;

/**
 * Reads an image from the part `file` of a multipart form.
 *
 * @throws InvalidRequestError when there is none
 * @throws LogoTooLargeError
 */
export async function uploadedLogo(request: FastifyRequest): Promise<Buffer> {
  const file = request.isMultipart() ? await firstFile(request) : undefined;
  if (!file?.bytes.length) {
    const message = 'file is missing: send an image as the part `file` of a multipart/form-data form';
    throw new InvalidRequestError([{ field: 'file', message }]);
  }
  if (file.truncated) throw new LogoTooLargeError();
  return file.bytes;
}

/** @throws InvalidRequestError when the form is broken */
async function firstFile(request: FastifyRequest): Promise<{ bytes: Buffer; truncated: boolean } | undefined> {
  try {
    const part = await request.file({ limits: { fileSize: maxLogoBytes }, throwFileSizeLimit: false });
    return part && { bytes: await part.toBuffer(), truncated: part.file.truncated };
  } catch (error) {
    // A form without an end; trouble of any other kind has a code.
    if (!(error instanceof Error) || 'code' in error) throw error;
    throw new InvalidRequestError([{ field: 'file', message: 'the form is broken: send it as multipart/form-data' }]);
  }
}
