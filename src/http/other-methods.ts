import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, type RouteOptions } from 'fastify';
import { METHODS } from 'node:http';
import { sendProblem } from './problem/send-problem.js';

/**
 * Says 405, and which methods there are (`Allow`, RFC 9110 section 15.5.6), at each address that has a route, but none for the
 * method of the request. Fastify itself answers 404 there, as if the address were wrong.
 */
@Injectable()
export class OtherMethods implements OnApplicationBootstrap {
  /** By the pattern of the address, without the names of its parameters: routes of one address may name them differently. */
  private readonly addresses = new Map<string, { url: string; methods: Set<string> }>();
  private readonly fastify: FastifyInstance;

  constructor(http: HttpAdapterHost) {
    this.fastify = http.httpAdapter.getInstance<FastifyInstance>();
    this.fastify.addHook('onRoute', ({ url, method }: RouteOptions) => {
      const pattern = url.replace(/:\w+/g, ':');
      const known = this.addresses.get(pattern) ?? { url, methods: new Set<string>() };
      for (const each of [method].flat()) known.methods.add(each);
      this.addresses.set(pattern, known);
    });
  }

  /** Nest has added all of its routes by now. */
  onApplicationBootstrap(): void {
    // Before the body is read as well: what is wrong with it says nothing where there is no address.
    this.fastify.addHook('onRequest', (request, reply, done) => {
      if (request.is404) sendProblem(reply, { statusCode: 404 });
      else done();
    });
    const others = this.everyMethod();
    for (const { url, methods } of [...this.addresses.values()]) {
      // A wildcard stands for addresses that need not exist: what is not found there stays not found.
      if (url.includes('*')) continue;
      const allow = [...methods].sort().join(', ');
      const refuse = (_request: FastifyRequest, reply: FastifyReply): void => {
        sendProblem(reply.header('allow', allow), { statusCode: 405 });
      };
      // As a hook, it answers before a body is read.
      const method = others.filter((each) => !methods.has(each));
      this.fastify.route({ method, url, exposeHeadRoute: false, onRequest: refuse, handler: refuse });
    }
  }

  /** All that Node reads, `PROPFIND` too; a `CONNECT` never gets here. Fastify knows but the usual ones until it is told. */
  private everyMethod(): string[] {
    const all = METHODS.filter((method) => method !== 'CONNECT');
    for (const method of all) {
      if (!this.fastify.supportedMethods.includes(method)) this.fastify.addHttpMethod(method);
    }
    return all;
  }
}
