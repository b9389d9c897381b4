import { Injectable, type PipeTransform } from '@nestjs/common';
import { NotFoundError } from '../errors/domain-error.js';

/** An id in a path. Ids are text to clients, so one that is none of this server's is not wrong: there is no such resource. */
@Injectable()
export class ScimIdPipe implements PipeTransform<string, number> {
  transform(value: string): number {
    if (/^[1-9]\d{0,15}$/.test(value) && Number.isSafeInteger(Number(value))) return Number(value);
    throw new NotFoundError('The resource');
  }
}
