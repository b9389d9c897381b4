import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { SignedIn } from '../../access/access.js';
import { KeyScopes } from '../../access/key-scopes.js';
import { TestOpsPage } from './dto/katalon.js';
import { emptyTestOpsPage } from './empty-testops-page.js';

/**
 * What Katalon Studio asks Katalon TestOps for, which it takes to be at the Server URL. Nothing is there, but an error would stop
 * its dialogs. Nothing is accepted either: results that are sent here are refused, not lost.
 */
@ApiTags('Katalon Studio')
@Controller('api/v1')
@SignedIn()
@KeyScopes('seats')
export class TestOpsController {
  @Get(['search', 'projects', 'projects/first', 'files/upload-url', 'test-projects', 'run-configurations'])
  @ApiOperation({ summary: 'Of Katalon TestOps: always empty' })
  @ApiOkResponse({ type: TestOpsPage })
  page(): TestOpsPage {
    return emptyTestOpsPage;
  }

  @Post(['search', 'projects/first'])
  @HttpCode(200)
  @ApiOperation({ summary: 'Of Katalon TestOps: always empty' })
  @ApiOkResponse({ type: TestOpsPage })
  found(): TestOpsPage {
    return emptyTestOpsPage;
  }

  @Get(['teams', 'files/upload-urls'])
  @ApiOperation({ summary: 'Of Katalon TestOps: always empty' })
  @ApiOkResponse({ type: [Object] })
  list(): object[] {
    return [];
  }
}
