import { applyDecorators, StreamableFile } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiProduces } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { BodyLimit } from '../http/limits/route-limits.js';
import { ApiProblems } from '../http/problem/api-problems.js';
import { LogoUpload, LogoView, versionLetters } from './dto/logo.js';
import { type Logo } from './logo.entity.js';
import { logoBodyLimit } from './uploaded-logo.js';

/** A route that takes an image. */
export const TakesLogo = (): MethodDecorator =>
  applyDecorators(
    BodyLimit(logoBodyLimit),
    ApiConsumes('multipart/form-data'),
    ApiBody({ type: LogoUpload }),
    ApiOkResponse({ type: LogoView }),
    ApiProblems({
      400: 'Not a PNG, JPEG or WebP image, damaged, or too small or too large in pixels (`logo-invalid`).',
      413: 'Larger than 128 KiB.',
    }),
  );

/** A route that answers with an image. */
export const AnswersLogo = (): MethodDecorator =>
  applyDecorators(
    ApiProduces('image/png', 'image/jpeg', 'image/webp'),
    ApiOkResponse({ description: 'The image.', schema: { type: 'string', format: 'binary' } }),
  );

/** Answers with an image; a browser that has it already gets nothing (304). It is an image and nothing else, whatever is in it. */
export function sendLogo(request: FastifyRequest, reply: FastifyReply, logo: Logo): StreamableFile | undefined {
  const etag = `"${logo.sha256}"`;
  reply.headers({
    etag,
    'cache-control': 'private, no-cache',
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
  });
  if (request.headers['if-none-match'] === etag) {
    void reply.status(304);
    return undefined;
  }
  return new StreamableFile(logo.content, { type: logo.mediaType, length: logo.content.length });
}

export function logoView({ sha256, width, height }: Logo): LogoView {
  return { version: sha256.slice(0, versionLetters), width, height };
}
