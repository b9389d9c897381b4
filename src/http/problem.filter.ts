import { type ArgumentsHost, Catch, type ExceptionFilter, Inject } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type Logger } from 'pino';
import { LOG } from '../log/log.module.js';
import { problemOf } from './problem.js';
import { sendProblem } from './send-problem.js';

/** The one place where errors become answers. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(@Inject(LOG) private readonly log: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    if (problemOf(error).status >= 500) this.log.error({ err: error, requestId: request.id }, 'A request failed');
    sendProblem(http.getResponse<FastifyReply>(), error);
  }
}
