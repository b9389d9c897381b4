import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { InjectDataSource } from '@nestjs/typeorm';
import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { type Logger } from 'pino';
import { DataSource } from 'typeorm';
import { Clock } from '../../clock/clock.js';
import { PeriodicTask } from '../../concurrency/periodic-task.js';
import { parameterNames, pathShape, productIn } from '../../http/validation/call-shape.js';
import { refusalReasonOf } from '../../http/problem/send-problem.js';
import { LOG } from '../../log/log.module.js';
import { ClientCall } from './client-call.entity.js';
import { addCalls, addVersions, keepNewest } from './client-conversation.queries.js';
import { ClientVersion } from './client-version.entity.js';
import { type ClientConversation } from './dto/client-conversation.js';

const maxCalls = 200;
const maxVersions = 100;
const flushMillis = 10_000;
const refusals = new Set([400, 404, 405]);
const activation = '/api/v1/license-keys/activate';

/** Routes that only Katalon's clients call. */
const clientRoute =
  /^\/(oauth\/token|api\/v1\/(license-keys\/|machine$|features$|subscription\/|tracking$|organizations\/list$|search$|projects|files\/))/;

/** What the libraries call themselves that the clients are made of. */
const clientProgram = /^(Apache-HttpClient|Java|Katalon)/i;

const versionText = /^[0-9A-Za-z][0-9A-Za-z._+-]{0,39}$/;
const packageText = /^[A-Z_]{1,30}$/;

/**
 * Keeps which clients there are and what they ask for in vain, so that an administrator can tell support. Counted in memory and
 * written every few seconds, apart from the requests; bounded, and without any value that a client has sent but its version.
 */
@Injectable()
export class ClientConversationService implements OnModuleInit, OnApplicationShutdown {
  private calls = new Map<string, ClientCall>();
  private versions = new Map<string, ClientVersion>();
  private readonly flushing = new PeriodicTask(
    () => this.write(),
    flushMillis,
    // A database that is away says so elsewhere; these counts are not worth more.
    (error) => this.log.debug({ err: error }, 'The calls of the clients could not be recorded'),
  );

  constructor(
    http: HttpAdapterHost,
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly clock: Clock,
    @Inject(LOG) private readonly log: Logger,
  ) {
    // A command that uses this module serves no HTTP.
    const adapter = http.httpAdapter as HttpAdapterHost['httpAdapter'] | null;
    adapter
      ?.getInstance<FastifyInstance>()
      .addHook('onResponse', (request: FastifyRequest, reply: FastifyReply, done: () => void) => {
        if (refusals.has(reply.statusCode)) this.noteCall(request, reply);
        if (request.routeOptions.url === activation && reply.statusCode !== 401) this.noteVersion(request);
        done();
      });
  }

  onModuleInit(): void {
    this.flushing.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.flushing.stop();
    await this.flushing.run();
  }

  /** Also what this server has not written yet. */
  async all(): Promise<ClientConversation> {
    // Twice: a run that was under way has not seen the newest.
    await this.flushing.run();
    await this.flushing.run();
    const { manager } = this.dataSource;
    const versions = await manager.find(ClientVersion, {
      order: { lastAt: 'DESC', client: 'ASC', version: 'ASC' },
      take: maxVersions,
    });
    const calls = await manager.find(ClientCall, {
      order: { lastAt: 'DESC', path: 'ASC', method: 'ASC' },
      take: maxCalls,
    });
    const refusedCalls = calls.map(({ parameters, ...call }) => ({
      ...call,
      parameters: parameters === '' ? [] : parameters.split(','),
    }));
    return { versions, refusedCalls };
  }

  private noteCall(request: FastifyRequest, reply: FastifyReply): void {
    const route = request.routeOptions.url;
    const isKnown = route !== undefined && !route.includes('*');
    const { 'user-agent': userAgent, authorization } = request.headers;
    const isClients = isKnown ? clientRoute.test(route) : authorization !== undefined;
    if (!isClients && !clientProgram.test(userAgent ?? '')) return;
    const at = this.clock.now();
    const call: ClientCall = {
      method: request.method,
      path: isKnown ? route : pathShape(request.url),
      parameters: parameterNames(request.url).join(','),
      status: reply.statusCode,
      reason: refusalReasonOf(reply),
      program: productIn(userAgent),
      count: 1,
      firstAt: at,
      lastAt: at,
    };
    const key = keyOf(call);
    const known = this.calls.get(key);
    if (known) {
      known.count++;
      known.lastAt = at;
    } else if (this.calls.size < maxCalls) this.calls.set(key, call);
  }

  private noteVersion({ query }: FastifyRequest): void {
    const { package: client, ksVersion: version } = query as Record<string, unknown>;
    if (typeof client !== 'string' || typeof version !== 'string') return;
    if (!packageText.test(client) || !versionText.test(version)) return;
    const key = `${client} ${version}`;
    const at = this.clock.now();
    const known = this.versions.get(key);
    if (known) known.lastAt = at;
    else if (this.versions.size < maxVersions) this.versions.set(key, { client, version, firstAt: at, lastAt: at });
  }

  /** One at a time; what comes meanwhile is for the next one. */
  private async write(): Promise<void> {
    if (this.calls.size === 0 && this.versions.size === 0) return;
    const [calls, versions] = [[...this.calls.values()], [...this.versions.values()]];
    this.calls = new Map();
    this.versions = new Map();
    const all = [...calls.map((call) => ({ key: keyOf(call), call }))].sort((a, b) => (a.key < b.key ? -1 : 1));
    await this.dataSource.transaction(async (manager) => {
      await addVersions(manager, versions);
      await addCalls(
        manager,
        all.map(({ call }) => call),
      );
      await keepNewest(manager, maxVersions, maxCalls);
    });
  }
}

function keyOf({ method, path, parameters, status, reason, program }: ClientCall): string {
  return [method, path, parameters, status, reason, program].join(' ');
}
