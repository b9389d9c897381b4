import { type CallHandler, type ExecutionContext, HttpStatus, Injectable, type NestInterceptor } from '@nestjs/common';
import { type FastifyReply } from 'fastify';
import { map, type Observable } from 'rxjs';
import { inUtc } from '../../clock/in-utc.js';
import { type BorrowedSeatView } from './dto/lease.js';

/**
 * Answers the end of a lease. The handler returns until when its seat is not free, for it is borrowed: 200, and in words; or nothing:
 * 204.
 */
@Injectable()
export class HeldSeatAnswer implements NestInterceptor<Date | undefined, BorrowedSeatView | undefined> {
  intercept(context: ExecutionContext, next: CallHandler<Date | undefined>): Observable<BorrowedSeatView | undefined> {
    return next.handle().pipe(
      map((heldUntil) => {
        if (!heldUntil) return undefined;
        context.switchToHttp().getResponse<FastifyReply>().status(HttpStatus.OK);
        return viewOf(heldUntil);
      }),
    );
  }
}

function viewOf(borrowedUntil: Date): BorrowedSeatView {
  const message = `The seat is borrowed, and its token works without the server: it stays taken until ${inUtc(borrowedUntil)}, unless the holder returns it with the token.`;
  return { borrowedUntil, message };
}
