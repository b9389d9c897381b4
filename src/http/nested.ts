import { applyDecorators } from '@nestjs/common';
import { type ClassConstructor, Type } from 'class-transformer';
import { IsArray, IsObject, ValidateNested } from 'class-validator';

/** A field that holds an object of this class. `ValidateNested` alone also accepts a list, for it checks only what is in it. */
export function Nested(type: () => ClassConstructor<unknown>): PropertyDecorator {
  return applyDecorators(IsObject(), ValidateNested(), Type(type));
}

/**
 * A field that holds a list of objects of this class, and no lists of them.
 *
 * @param message for a value that is not a list
 */
export function NestedList(type: () => ClassConstructor<unknown>, message?: string): PropertyDecorator {
  return applyDecorators(IsArray({ message }), IsObject({ each: true }), ValidateNested({ each: true }), Type(type));
}
