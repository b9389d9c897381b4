import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import http from 'node:http';
import { type AddressInfo } from 'node:net';
import { Clock } from '../clock/clock.js';
import { boundedRequest, RequestFailedError } from './bounded-request.js';

describe('A request to another server', () => {
  let server: http.Server;
  beforeEach(async () => {
    server = http.createServer((_request, response) => response.end('here'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => {
    server.close();
  });

  const bounds = { maxBytes: 1000, clock: new Clock() };
  const urlOf = (host: string): URL => new URL(`http://${host}:${(server.address() as AddressInfo).port}/`);

  it('goes to the address that was checked, whatever the name stands for a moment later', async () => {
    const routeTo = () => Promise.resolve({ addresses: [{ address: '127.0.0.1', family: 4 }] });
    const answer = await boundedRequest(urlOf('rebinding.invalid'), {}, { ...bounds, routeTo });
    expect(answer).toMatchObject({ status: 200, isCut: false });
    expect(answer.body.toString()).toBe('here');
  });

  it('goes nowhere when the address is refused', async () => {
    const routeTo = () => Promise.reject(new Error('not there'));
    const request = boundedRequest(urlOf('localhost'), {}, { ...bounds, routeTo });
    await expect(request).rejects.toThrow(RequestFailedError);
  });

  it('has no longer answer than it may have', async () => {
    const answer = await boundedRequest(urlOf('localhost'), {}, { ...bounds, maxBytes: 3 });
    expect(answer).toMatchObject({ isCut: true });
    expect(answer.body.toString()).toBe('her');
  });
});
