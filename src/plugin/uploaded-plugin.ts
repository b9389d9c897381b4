import { type MultipartFile, type MultipartValue } from '@fastify/multipart';
import { type FastifyRequest } from 'fastify';
import { brokenForm, formLimits, isBrokenForm } from '../http/form-file.js';
import { InvalidRequestError, RequestValidationPipe } from '../http/validation/validation.js';
import { PluginForm } from './dto/plugin.js';
import { PluginTooLargeError } from './plugin.errors.js';
import { type PluginStore, type ReceivedFile } from './plugin-store.js';

/** What has come with an upload: the package as a temporary file, and what the form says of it. */
export interface UploadedPlugin {
  file: ReceivedFile;
  /** What the file was called on the uploader's machine. */
  fileName: string;
  form: PluginForm;
}

/** Milliseconds without a byte after which an upload is taken to be given up. */
const silenceMillis = 60_000;

/** Room for the parts of a form beside the file. */
const formBytes = 128 * 1024;

const pipe = new RequestValidationPipe();

/**
 * Refuses a request that cannot be an upload before a byte of its body is read.
 *
 * @throws InvalidRequestError
 * @throws PluginTooLargeError
 */
export function checkUpload(request: FastifyRequest, largestBytes: number): void {
  if (!request.isMultipart()) throw missingFile();
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > largestBytes + formBytes) {
    giveUp(request);
    throw new PluginTooLargeError(largestBytes);
  }
}

/**
 * Reads an upload to its end; the form's fields may come before the file or after it. When this throws, nothing of it is left.
 *
 * @throws InvalidRequestError
 * @throws PluginTooLargeError
 * @throws PluginStorageFullError
 */
export async function uploadedPlugin(
  request: FastifyRequest,
  store: PluginStore,
  largestBytes: number,
): Promise<UploadedPlugin> {
  const { socket } = request.raw;
  const hangUp = (): void => void socket.destroy();
  socket.setTimeout(silenceMillis, hangUp);
  let file: ReceivedFile | undefined;
  try {
    let fileName = '';
    const fields: Record<string, string> = {};
    const limits = { ...formLimits, fieldSize: formBytes / 4, fileSize: Infinity };
    for await (const part of request.parts({ limits })) {
      if (part.type === 'field') {
        fields[part.fieldname] = textOf(part);
        continue;
      }
      checkPart(part);
      fileName = part.filename;
      file = await store.receive(part.file, largestBytes);
    }
    if (!file) throw missingFile();
    if (file.size === 0) throw new InvalidRequestError([{ field: 'file', message: 'file is empty' }]);
    const form = (await pipe.transform(fields, { type: 'body', metatype: PluginForm })) as PluginForm;
    return { file, fileName, form };
  } catch (error) {
    if (file) await store.discard(file.path);
    giveUp(request);
    throw isBrokenForm(error) ? brokenForm() : error;
  } finally {
    socket.setTimeout(0);
    socket.off('timeout', hangUp);
  }
}

function textOf({ fieldname, value, valueTruncated }: MultipartValue): string {
  if (typeof value !== 'string' || valueTruncated) {
    throw new InvalidRequestError([{ field: fieldname, message: `${fieldname} must be a short text` }]);
  }
  return value;
}

function checkPart({ fieldname, filename }: MultipartFile): void {
  if (fieldname !== 'file') {
    throw new InvalidRequestError([{ field: fieldname, message: 'the package must be in the form field `file`' }]);
  }
  if (!filename) throw missingFile();
}

function missingFile(): InvalidRequestError {
  return new InvalidRequestError([
    { field: 'file', message: 'file is missing: send a .jar or .zip as multipart/form-data' },
  ]);
}

/**
 * After a refusal in the middle of an upload: what still comes is thrown away for a while, for a client that is cut off while
 * it sends does not read the answer.
 */
function giveUp({ raw }: FastifyRequest): void {
  if (raw.readableEnded || raw.destroyed) return;
  raw.unpipe();
  raw.resume();
  const timer = setTimeout(() => raw.socket.destroy(), silenceMillis / 2).unref();
  raw.once('close', () => clearTimeout(timer));
}
