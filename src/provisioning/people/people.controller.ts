import { Body, Controller, Get, HttpCode, Param, Post, StreamableFile } from '@nestjs/common';
import { ApiConsumes, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Caller, CallerOf } from '../../access/caller.js';
import { Confirmed } from '../../access/confirmed.js';
import { Allow } from '../../access/organization-permission.js';
import { AsCsv, attachment } from '../../http/csv/csv.js';
import { BodyLimit } from '../../http/limits/route-limits.js';
import { ApiProblems } from '../../http/problem/api-problems.js';
import { IdPipe } from '../../http/validation/validation.js';
import { PeopleFile, PeopleImport, PeopleImportResult } from './dto/people.js';
import { peopleAsCsv } from './people-file.js';
import { PeopleService } from './people.service.js';

@ApiTags('Members')
@Controller('api/v1/organizations/:organizationId/people')
@Allow('member.manage')
export class PeopleController {
  constructor(private readonly people: PeopleService) {}

  @Get()
  @ApiOperation({
    summary: 'Export people with their roles, teams and per-user seats; with `Accept: text/csv` as CSV',
    description: 'An import takes the answer again, in either form.',
  })
  @ApiOkResponse({ type: PeopleFile })
  async export(
    @CallerOf() caller: Caller,
    @Param('organizationId', IdPipe) organizationId: number,
    @AsCsv() asCsv: boolean,
  ): Promise<PeopleFile | StreamableFile> {
    const file = await this.people.export(caller, organizationId);
    if (!asCsv) return file;
    const disposition = attachment(`people_${organizationId}.csv`);
    return new StreamableFile(Buffer.from(peopleAsCsv(file)), { type: 'text/csv; charset=utf-8', disposition });
  }

  @Post('preview')
  @HttpCode(200)
  @BodyLimit(512 * 1024)
  @ApiOperation({ summary: 'Preview what an import would change for each person' })
  @ApiConsumes('application/json', 'text/csv')
  @ApiOkResponse({ type: PeopleImportResult })
  @ApiProblems({ 400: 'It is no such file, or holds too many people.' })
  preview(
    @CallerOf() caller: Caller,
    @Param('organizationId', IdPipe) organizationId: number,
    @Body() file: PeopleImport,
  ): Promise<PeopleImportResult> {
    return this.people.preview(caller, organizationId, file);
  }

  @Post()
  @HttpCode(200)
  @Confirmed()
  @BodyLimit(512 * 1024)
  @ApiOperation({
    summary: 'Import people: roles, teams and per-user seats of members, and invitations for everyone else',
    description:
      'People who are not in the file stay as they are, and so does what it does not say of a person. Each person has a result of their own; ' +
      'the same file again changes nothing.',
  })
  @ApiConsumes('application/json', 'text/csv')
  @ApiOkResponse({ type: PeopleImportResult })
  @ApiProblems({
    400: 'It is no such file, or holds too many people.',
    409: 'A team cannot be created: nothing was changed.',
  })
  import(
    @CallerOf() caller: Caller,
    @Param('organizationId', IdPipe) organizationId: number,
    @Body() file: PeopleImport,
  ): Promise<PeopleImportResult> {
    return this.people.import(caller, organizationId, file);
  }
}
