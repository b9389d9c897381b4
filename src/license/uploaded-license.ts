import { type FastifyRequest } from 'fastify';
import { fileInForm } from '../http/form-file.js';
import { InvalidRequestError, RequestValidationPipe } from '../http/validation/validation.js';
import { LicenseText } from './dto/license.js';
import { LicenseFileError } from './file/license-file-error.js';
import { largestLicenseFile, licenseTextOf } from './file/license-text.js';

/** Bytes of a request with a license file: room to answer that a file is too large, and for its text in JSON. */
export const licenseBodyLimit = 256 * 1024;

const pipe = new RequestValidationPipe();

const missing =
  'the license is missing: send the .lic file as the part "file" of a form, or its text as {"license": "…"}';

/**
 * Reads a license from a request: the part `file` of a multipart form, or the member `license` of a JSON body.
 *
 * @throws InvalidRequestError when there is neither
 * @throws LicenseFileError when it is too large
 */
export async function uploadedLicense(request: FastifyRequest): Promise<string> {
  if (!request.isMultipart()) {
    if (!request.body) throw new InvalidRequestError([{ field: 'license', message: missing }]);
    const body = (await pipe.transform(request.body, { type: 'body', metatype: LicenseText })) as LicenseText;
    return body.license;
  }
  // In UTF-16 it has twice as many bytes.
  const file = await fileInForm(request, 2 * largestLicenseFile + 2);
  if (!file) throw new InvalidRequestError([{ field: 'file', message: 'file is missing: choose a .lic file' }]);
  if (file.truncated) {
    throw new LicenseFileError(
      'license-too-large',
      'This is not a license file: it is larger than 64 KiB.',
      'too-large',
    );
  }
  return licenseTextOf(file.bytes);
}
