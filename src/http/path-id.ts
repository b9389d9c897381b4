import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt } from 'class-validator';
import { IdPipe } from './validation/validation.js';

const pipe = new IdPipe();

/** An id in a path, in a class of all ids of the path: for routes with many parameters. Checked as by {@link IdPipe}. */
export function PathId(): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
    Transform(({ value, key }: { value: string; key: string }) => pipe.transform(value, { type: 'param', data: key })),
    IsInt(),
  );
}
