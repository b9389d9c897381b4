import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayNotEmpty, ArrayUnique, IsArray, IsIn } from 'class-validator';
import { Optional } from '../../../http/fields.js';
import { apiKeyScopes } from '../../../access/key-scopes.js';

/** The scopes of a new key; `["seats"]` when absent. */
export function ScopesField({ description }: { description: string }): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({ enum: apiKeyScopes, isArray: true, description }),
    Optional(),
    IsArray(),
    ArrayNotEmpty({ message: '$property must name at least one scope' }),
    ArrayMaxSize(apiKeyScopes.length),
    ArrayUnique(),
    IsIn(apiKeyScopes, { each: true, message: `$property must be some of ${apiKeyScopes.join(', ')}` }),
  );
}
