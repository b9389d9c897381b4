import { type FastifyRequest } from 'fastify';
import { fileInForm } from '../http/form-file.js';
import { InvalidRequestError } from '../http/validation/validation.js';
import { LogoTooLargeError, maxLogoBytes } from './logo.errors.js';

/** Bytes of a request with a logo: room to answer that it is too large. */
export const logoBodyLimit = 2 * maxLogoBytes;

/**
 * Reads an image from the part `file` of a multipart form.
 *
 * @throws InvalidRequestError when the form has no file, or is broken
 * @throws LogoTooLargeError
 */
export async function uploadedLogo(request: FastifyRequest): Promise<Buffer> {
  const file = request.isMultipart() ? await fileInForm(request, maxLogoBytes) : undefined;
  if (!file?.bytes.length) {
    const message = 'file is missing: send an image as the part `file` of a multipart/form-data form';
    throw new InvalidRequestError([{ field: 'file', message }]);
  }
  if (file.truncated) throw new LogoTooLargeError();
  return file.bytes;
}
