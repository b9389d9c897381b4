import { applyDecorators, UseGuards, UseInterceptors } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBearerAuth, ApiExtraModels, ApiProduces, ApiResponse } from '@nestjs/swagger';
import { Public } from '../access/access.js';
import { type Problem } from '../http/problem/problem.js';
import { type ProblemForm } from '../http/problem/send-problem.js';
import { ScimProblem } from './dto/scim-problem.js';
import { schemas } from './protocol/scim-document.js';
import { ScimAnswer, scimType } from './scim-answer.interceptor.js';
import { ScimTokenGuard } from './scim-token.guard.js';

/** Bytes: a thousand members of a group. */
const bodyLimit = 256 * 1024;

/** RFC 7644, 3.12; with the members of this server's own form after them. */
const problemForm: ProblemForm = {
  type: scimType,
  body: (problem: Problem & { scimType?: string }) => ({
    schemas: [schemas.error],
    status: String(problem.status),
    ...(problem.scimType && { scimType: problem.scimType }),
    detail: problem.detail,
    code: problem.code,
    message: problem.message,
  }),
};

/** A route of SCIM: open to the tokens of identity providers and to nobody else. */
export const ScimRoute = (refusals: Record<number, string> = {}): MethodDecorator =>
  applyDecorators(
    Public(),
    UseGuards(ScimTokenGuard),
    RouteConfig({ bodyLimit, problemForm }),
    UseInterceptors(ScimAnswer),
    ApiBearerAuth('scim'),
    ApiProduces('application/scim+json'),
    ApiExtraModels(ScimProblem),
    ...Object.entries({ 401: 'No token of an identity provider, or it was revoked.', ...refusals }).map(
      ([status, description]) => ApiResponse({ status: Number(status), description, type: ScimProblem }),
    ),
  );
