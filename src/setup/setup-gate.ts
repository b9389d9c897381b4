import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { SETTINGS } from '../config/config.module.js';
import { type Settings } from '../config/settings.js';
import { isForConsole } from '../http/pages/static-pages.js';
import { NotSetUpError } from './setup.errors.js';
import { SetupProgress } from './setup-progress.js';

/** What answers before the server is set up, with the console: the server's state, its health, and the setup itself. */
const open = /^\/(info$|metrics$|health\/|api\/v1\/setup\/)/;

/** Keeps everything else shut until then, addresses that do not exist included. */
@Injectable()
export class SetupGate implements OnModuleInit {
  constructor(
    private readonly http: HttpAdapterHost,
    private readonly setup: SetupProgress,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  onModuleInit(): void {
    const fastify = this.http.httpAdapter.getInstance<FastifyInstance>();
    let ready = false;
    fastify.addHook('onRequest', (request: FastifyRequest, _reply: FastifyReply, done: (error?: Error) => void) => {
      // The way of nearly all requests of a server's life: no promise, no query.
      if (ready) {
        done();
        return;
      }
      const path = request.url.split('?')[0] ?? '';
      // These never wait for the database.
      if (open.test(path)) {
        done();
        return;
      }
      this.setup.isReady().then((isReady) => {
        ready = isReady;
        done(ready || isForConsole(request) ? undefined : new NotSetUpError(this.settings.serverUrl));
      }, done);
    });
  }
}
