import { Controller, Delete, Get, HttpCode, Param, Post, Query, Req, Res, type StreamableFile } from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { RootOnly, SignedIn } from '../access/access.js';
import { type Caller, CallerOf } from '../access/caller.js';
import { KeyScopes } from '../access/key-scopes.js';
import { ApiProblems } from '../http/problem/api-problems.js';
import { StreamedBody } from '../http/limits/route-limits.js';
import { IdPipe } from '../http/validation/validation.js';
import { ApiArchive, ApiDownload, uploadProblems } from './plugin-answers.js';
import { PluginPage, PluginQuery, PluginUpload, PluginView } from './dto/plugin.js';
import { DownloadRecord } from './download-record.js';
import { sendArchive, sendPackage } from './plugin-download.js';
import { PluginService } from './plugin.service.js';
import { PluginStore } from './plugin-store.js';

@ApiTags('Plugins')
@Controller('api/v1/plugins')
export class PluginController {
  constructor(
    private readonly plugins: PluginService,
    private readonly store: PluginStore,
    private readonly downloads: DownloadRecord,
  ) {}

  @Get()
  @SignedIn()
  @KeyScopes('seats', 'read')
  @ApiOperation({ summary: 'List the public plugins, each version' })
  @ApiOkResponse({ type: PluginPage })
  list(@Query() query: PluginQuery): Promise<PluginPage> {
    return this.plugins.list(query);
  }

  @Post()
  @StreamedBody()
  @RootOnly()
  @ApiOperation({ summary: 'Upload a plugin package for everybody' })
  @ApiConsumes('multipart/form-data')
  @ApiBody({ type: PluginUpload })
  @ApiCreatedResponse({ type: PluginView })
  @ApiProblems(uploadProblems)
  upload(@CallerOf() caller: Caller, @Req() request: FastifyRequest): Promise<PluginView> {
    return this.plugins.upload(caller, undefined, request);
  }

  @Get('archive')
  @SignedIn()
  @KeyScopes('seats', 'read')
  @ApiOperation({ summary: 'Download the newest version of each public plugin, all as one zip' })
  @ApiArchive()
  async archive(
    @CallerOf() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile | undefined> {
    const plugins = await this.plugins.newest(undefined);
    await this.downloads.note(caller, undefined);
    return sendArchive(request, reply, plugins, this.store);
  }

  @Get(':pluginId/download')
  @SignedIn()
  @KeyScopes('seats', 'read')
  @ApiOperation({ summary: 'Download a public plugin package, or the rest of one (Range)' })
  @ApiDownload()
  @ApiProblems({ 404: 'No such public plugin.' })
  async download(
    @CallerOf() caller: Caller,
    @Param('pluginId', IdPipe) id: number,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile | undefined> {
    const plugin = await this.plugins.content(undefined, id);
    await this.downloads.note(caller, undefined, plugin);
    return sendPackage(request, reply, plugin, this.store);
  }

  @Delete(':pluginId')
  @RootOnly()
  @HttpCode(204)
  @ApiOperation({ summary: 'Remove a version of a public plugin' })
  @ApiNoContentResponse({ description: 'Removed.' })
  @ApiProblems({ 404: 'No such public plugin.' })
  delete(@CallerOf() caller: Caller, @Param('pluginId', IdPipe) id: number): Promise<void> {
    return this.plugins.delete(caller, undefined, id);
  }
}
