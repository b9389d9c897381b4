import { StreamableFile } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { byteRange } from '../http/pages/byte-range.js';
import { attachment } from '../http/csv/csv.js';
import { type PluginView } from './dto/plugin.js';
import { archiveTag, packArchive } from './plugin-archive.js';
import { NoSuchBytesError } from './plugin.errors.js';
import { type PluginStore } from './plugin-store.js';

/**
 * Answers a download: the whole, or with `Range` a part of it (206), so that one that broke off can go on. Nothing at all
 * (304) to a client that has it already, and the headers alone for HEAD.
 */
export function sendPackage(
  request: FastifyRequest,
  reply: FastifyReply,
  plugin: PluginView,
  store: PluginStore,
): StreamableFile | undefined {
  const { sha256, size, fileName, packaging } = plugin;
  const tag = `"${sha256}"`;
  reply.headers({
    etag: tag,
    'accept-ranges': 'bytes',
    // It never changes, but who may have it does.
    'cache-control': 'no-store',
    'last-modified': plugin.uploadedAt.toUTCString(),
    'repr-digest': `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`,
    'x-checksum-sha256': sha256,
  });
  if (isKnown(request.headers['if-none-match'], tag)) {
    void reply.status(304);
    return undefined;
  }
  const condition = request.headers['if-range'];
  const unchanged = condition === undefined || condition === tag || condition === plugin.uploadedAt.toUTCString();
  const range = byteRange(unchanged ? request.headers.range : undefined, size);
  if (range === 'unsatisfiable') {
    void reply.header('content-range', `bytes */${size}`);
    throw new NoSuchBytesError(size);
  }
  const type = packaging === 'jar' ? 'application/java-archive' : 'application/zip';
  void reply.header('content-disposition', attachment(fileName)).type(type);
  if (range === 'whole') return body(request, reply, size, () => store.read(sha256));
  void reply.status(206).header('content-range', `bytes ${range.start}-${range.end}/${size}`);
  return body(request, reply, range.end - range.start + 1, () => store.read(sha256, range));
}

/** Answers with all packages as one zip. */
export async function sendArchive(
  request: FastifyRequest,
  reply: FastifyReply,
  plugins: readonly PluginView[],
  store: PluginStore,
): Promise<StreamableFile | undefined> {
  const tag = archiveTag(plugins);
  reply.headers({ etag: tag, 'cache-control': 'no-store' });
  if (isKnown(request.headers['if-none-match'], tag)) {
    void reply.status(304);
    return undefined;
  }
  const { contents, size } = await packArchive(plugins, store);
  void reply.header('content-disposition', attachment('plugins.zip')).type('application/zip');
  if (request.method === 'HEAD') contents.destroy();
  return body(request, reply, size, () => contents);
}

function isKnown(header: string | undefined, tag: string): boolean {
  return (header ?? '').split(',').some((each) => each.trim().replace(/^W\//, '') === tag || each.trim() === '*');
}

function body(request: FastifyRequest, reply: FastifyReply, length: number, open: () => Readable): StreamableFile {
  void reply.header('content-length', length);
  // Fastify would read a whole file to answer HEAD with nothing.
  const stream = request.method === 'HEAD' ? Readable.from([]) : open();
  return new StreamableFile(stream, { type: String(reply.getHeader('content-type')), length });
}
