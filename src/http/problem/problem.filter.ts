import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type Logger } from 'pino';
import { isConnectionTrouble } from '../../errors/connection-trouble.js';
import { DiskFullError } from '../../errors/disk-full.error.js';
import { type Outage } from '../../errors/outage.js';
import { type ClientHold } from '../client-hold.js';
import { type RefusalListeners } from './refusal-listeners.js';

/** The one place where errors become answers. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly log: Logger,
    private readonly refusals: RefusalListeners,
    private readonly hold: ClientHold,
    private readonly outage: Outage,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    if (this.hold.postpone(error, request, reply)) return;
    const isForFullDisk = this.outage.isForFullDisk && isConnectionTrouble(error);
    this.refusals.answer(this.log, isForFullDisk ? new DiskFullError() : error, request, reply);
  }
}
