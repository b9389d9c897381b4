import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { isIP } from 'node:net';

/**
 * The network address of whoever has sent a request: of the connection, or, when that is a trusted proxy's, the one that the
 * proxy names. An IPv4 address is written the same way on a socket that takes both kinds.
 */
export function clientAddress(request: FastifyRequest): string {
  const address = plain(request.ip);
  if (isIP(address)) return address;
  // Some proxies add the port.
  const withoutPort = plain(/^\[?(.+?)\]?(?::\d+)?$/.exec(address)?.[1] ?? '');
  return isIP(withoutPort) ? withoutPort : plain(request.socket.remoteAddress ?? '');
}

function plain(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice('::ffff:'.length) : address;
}

/** {@link clientAddress} as a parameter of a route. */
export const ClientAddress = createParamDecorator((_: unknown, context: ExecutionContext): string =>
  clientAddress(context.switchToHttp().getRequest<FastifyRequest>()),
);
