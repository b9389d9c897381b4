import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiProduces, ApiResponse } from '@nestjs/swagger';
import { ApiProblems } from '../http/problem/api-problems.js';

const binary = { schema: { type: 'string', format: 'binary' } } as const;

/** Documents a download that can be resumed. */
export function ApiDownload(): MethodDecorator {
  const headers = {
    ETag: { description: 'The SHA-256 of the whole package, in quotes.', schema: { type: 'string' } },
    'X-Checksum-Sha256': { description: 'The same in hexadecimal.', schema: { type: 'string' } },
    'Repr-Digest': { description: 'The same as RFC 9530 has it.', schema: { type: 'string' } },
    'Content-Disposition': { description: 'What to call the file.', schema: { type: 'string' } },
  } as const;
  return applyDecorators(
    ApiHeader({ name: 'Range', required: false, description: 'One range of bytes, such as `bytes=1000-`.' }),
    ApiHeader({ name: 'If-Range', required: false, description: 'The ETag of what is there; else the whole comes.' }),
    ApiHeader({ name: 'If-None-Match', required: false, description: 'The ETag of what is there.' }),
    ApiProduces('application/java-archive', 'application/zip'),
    ApiOkResponse({ ...binary, description: 'The package.', headers }),
    ApiResponse({ ...binary, status: 206, description: 'The part of it that was asked for.', headers }),
    ApiResponse({ status: 304, description: 'The package with this ETag is the right one.' }),
    ApiProblems({ 416: 'It has no such bytes.', 503: 'Its file is not where this server keeps its plugins.' }),
  );
}

/** Documents the download of everything. */
export function ApiArchive(): MethodDecorator {
  return applyDecorators(
    ApiHeader({ name: 'If-None-Match', required: false, description: 'The ETag of what is there.' }),
    ApiProduces('application/zip'),
    ApiOkResponse({
      ...binary,
      description: 'A zip to unpack in the folder of a project: `plugins/NAME-VERSION.jar`, `plugins/platform/…`.',
    }),
    ApiResponse({ status: 304, description: 'Nothing has changed since the archive with this ETag.' }),
    ApiProblems({ 503: 'A file is not where this server keeps its plugins.' }),
  );
}

/** How an upload is refused. */
export const uploadProblems = {
  400:
    'No package, or one that cannot be taken (`plugin-package-invalid`; `reason` is one of not-a-zip, truncated, encrypted, ' +
    'unsafe-name, link, bomb, damaged, no-jar, empty), or it does not say its name or version (`plugin-metadata-missing`; ' +
    '`found` is what it says): send it again with these fields.',
  409: 'This version is in the library already.',
  413: 'Larger than PLUGIN_MAX_MB.',
  507: 'No room on the disk; nothing was stored.',
} as const;
