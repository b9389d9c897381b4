import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayNotEmpty, ArrayUnique, IsArray, IsIn } from 'class-validator';
import { Optional } from '../../../http/validation/fields.js';
import { type ApiKeyScope, apiKeyScopes } from '../../../access/key-scopes.js';

interface ScopesOptions {
  description: string;
  /** Those that the key may have; any, when absent. */
  scopes?: readonly ApiKeyScope[];
}

/** The scopes of a new key; `["seats"]` when absent. */
export function ScopesField({ description, scopes = apiKeyScopes }: ScopesOptions): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({ enum: scopes, isArray: true, description }),
    Optional(),
    IsArray(),
    ArrayNotEmpty({ message: '$property must name at least one scope' }),
    ArrayMaxSize(scopes.length),
    ArrayUnique(),
    IsIn(scopes, { each: true, message: `$property must be some of ${scopes.join(', ')}` }),
  );
}
