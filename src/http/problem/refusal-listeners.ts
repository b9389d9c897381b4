import { Injectable } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type Logger } from 'pino';
import { isConnectionTrouble } from '../../errors/connection-trouble.js';
import { DiskFullError } from '../../errors/disk-full.error.js';
import { DomainError } from '../../errors/domain-error.js';
import { Outage } from '../../errors/outage.js';
import { logFailure, sendProblem } from './send-problem.js';

/** @returns undefined, or a promise that the answer waits for */
export type RefusalListener = (request: FastifyRequest, refusal: DomainError) => Promise<void> | undefined;

/** Where modules above hear of requests that are refused, before they are answered. */
@Injectable()
export class RefusalListeners {
  private readonly listeners: RefusalListener[] = [];

  constructor(private readonly outage: Outage) {}

  add(listener: RefusalListener): void {
    this.listeners.push(listener);
  }

  /** Tells the log and the listeners of an error, then answers with it. */
  answer(log: Logger, thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const isAway = isConnectionTrouble(thrown);
    if (isAway) this.outage.suspect();
    const error = isAway && this.outage.isForFullDisk ? new DiskFullError() : thrown;
    logFailure(log, error, request);
    const waits = error instanceof DomainError ? this.listeners.flatMap((tell) => tell(request, error) ?? []) : [];
    if (waits.length === 0) sendProblem(reply, error);
    else void Promise.allSettled(waits).then(() => sendProblem(reply, error));
  }
}
