import { applyDecorators, type Type } from '@nestjs/common';
import { type ClassConstructor, Type as TypeOf } from 'class-transformer';
import { IsArray, IsObject, ValidateNested } from 'class-validator';

const nestedKey = Symbol('nested class');

/** The class of what is in a field of a class. */
export function nestedClass(Dto: Type, field: string): Type | undefined {
  const type = Reflect.getMetadata(nestedKey, Dto.prototype as object, field) as (() => Type) | undefined;
  return type?.();
}

/** A field that holds an object of this class. `ValidateNested` alone also accepts a list, for it checks only what is in it. */
export function Nested(type: () => ClassConstructor<unknown>): PropertyDecorator {
  return applyDecorators(IsObject(), ValidateNested(), TypeOf(type), Reflect.metadata(nestedKey, type));
}

/**
 * A field that holds a list of objects of this class, and no lists of them.
 *
 * @param message for a value that is not a list
 */
export function NestedList(type: () => ClassConstructor<unknown>, message?: string): PropertyDecorator {
  return applyDecorators(
    IsArray({ message }),
    IsObject({ each: true }),
    ValidateNested({ each: true }),
    TypeOf(type),
    Reflect.metadata(nestedKey, type),
  );
}
