import { type FastifyRequest } from 'fastify';
import { DomainError } from '../errors/domain-error.js';
import { InvalidRequestError } from './validation/validation.js';

/** A file of a form, in memory. */
export interface FormFile {
  bytes: Buffer;
  /** It is larger than allowed: these are its first bytes. */
  truncated: boolean;
}

/** How many parts a form with one file may have. */
export const formLimits = { files: 1, fields: 10, parts: 11, headerPairs: 20 };

/**
 * Reads the file of a multipart form. What else is in the form is passed over.
 *
 * @returns undefined when the form has no file
 * @throws InvalidRequestError when the form is broken
 */
export async function fileInForm(request: FastifyRequest, maxBytes: number): Promise<FormFile | undefined> {
  try {
    const part = await request.file({ limits: { ...formLimits, fileSize: maxBytes }, throwFileSizeLimit: false });
    return part && { bytes: await part.toBuffer(), truncated: part.file.truncated };
  } catch (error) {
    throw isBrokenForm(error) ? brokenForm() : error;
  }
}

/** A form without a boundary or without an end. Errors of any other kind have a code, or are those of the domain. */
export function isBrokenForm(error: unknown): boolean {
  return error instanceof Error && !('code' in error) && !(error instanceof DomainError);
}

export function brokenForm(): InvalidRequestError {
  return new InvalidRequestError([{ field: 'file', message: 'the form is broken: send it as multipart/form-data' }]);
}
