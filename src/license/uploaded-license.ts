import { type FastifyRequest } from 'fastify';
import { InvalidRequestError, RequestValidationPipe } from '../http/validation.js';
import { LicenseText } from './dto/license.js';
import { largestLicenseFile, LicenseFileError } from './license-file.js';

const pipe = new RequestValidationPipe();

/**
 * Reads a license from a request: the part `file` of a multipart form, or the member `license` of a JSON body.
 *
 * @throws InvalidRequestError when there is neither
 * @throws LicenseFileError when it is too large or not text
 */
export async function uploadedLicense(request: FastifyRequest): Promise<string> {
  if (!request.isMultipart()) {
    const body = (await pipe.transform(request.body, { type: 'body', metatype: LicenseText })) as LicenseText;
    return body.license;
  }
  const part = await request.file({ limits: { fileSize: largestLicenseFile, files: 1 }, throwFileSizeLimit: false });
  if (!part) throw new InvalidRequestError([{ field: 'file', message: 'file is missing: choose a .lic file' }]);
  const bytes = await part.toBuffer();
  if (part.file.truncated) {
    throw new LicenseFileError('license-too-large', 'A license file has at most 64 KiB; this is none.', 'too-large');
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new LicenseFileError(
      'license-unreadable',
      'This is not a license file. Choose the .lic file from the vendor.',
    );
  }
}
