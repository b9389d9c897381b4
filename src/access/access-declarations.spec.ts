import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { Controller, Get } from '@nestjs/common';
import { MetadataScanner, Reflector } from '@nestjs/core';
import { AccessDeclarations } from './access-declarations.js';
import { Public, SignedIn } from './access.js';
import { RouteAccess } from './route-access.js';

@Controller('declared')
@SignedIn()
class DeclaredController {
  @Get()
  one(): string {
    return 'one';
  }

  @Get('open')
  @Public()
  two(): string {
    return 'two';
  }

  helper(): string {
    return 'no route';
  }
}

@Controller('forgotten')
class ForgottenController {
  @Get()
  @Public()
  declared(): string {
    return 'declared';
  }

  @Get('secret')
  undeclared(): string {
    return 'undeclared';
  }
}

function check(...controllers: object[]): () => void {
  const discovery = { getControllers: () => controllers.map((metatype) => ({ metatype })) };
  const declarations = new AccessDeclarations(
    discovery as never,
    new MetadataScanner(),
    new RouteAccess(new Reflector()),
  );
  return () => declarations.onModuleInit();
}

describe('A route', () => {
  it('may be declared itself or with its controller', () => {
    expect(check(DeclaredController)).not.toThrow();
  });

  it('that says of nobody that they may call it stops the start', () => {
    expect(check(DeclaredController, ForgottenController)).toThrow('ForgottenController.undeclared');
  });
});
