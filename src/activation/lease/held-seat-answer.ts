import { HttpStatus } from '@nestjs/common';
import { type FastifyReply } from 'fastify';
import { inUtc } from '../../clock/in-utc.js';
import { type BorrowedSeatView } from './dto/lease.js';

/** The answer to the end of a lease: 204 without a body where its seat is free; else 200, and until when it is not. */
export function answerHeld(reply: FastifyReply, heldUntil: Date | undefined): BorrowedSeatView | undefined {
  if (!heldUntil) return undefined;
  reply.status(HttpStatus.OK);
  const message = `The seat is borrowed, and its token works without the server: it stays taken until ${inUtc(heldUntil)}, unless the holder returns it with the token.`;
  return { borrowedUntil: heldUntil, message };
}
