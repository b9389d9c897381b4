import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { SignedIn } from '../../access/access.js';
import { KeyScopes } from '../../access/key-scopes.js';
import { type TestOpsPage } from './dto/katalon.js';
import { emptyTestOpsPage } from './empty-testops-page.js';

/** The routes of `TestOpsController` at the root of the host, where some of the calls arrive. */
@ApiExcludeController()
@Controller()
@SignedIn()
@KeyScopes('seats')
export class TestOpsRootController {
  @Get(['search', 'projects', 'projects/first', 'files/upload-url'])
  page(): TestOpsPage {
    return emptyTestOpsPage;
  }

  @Post(['search', 'projects/first'])
  @HttpCode(200)
  found(): TestOpsPage {
    return emptyTestOpsPage;
  }
}
