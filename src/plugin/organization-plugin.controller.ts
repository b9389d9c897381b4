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
import { type Caller, CallerOf } from '../access/caller.js';
import { KeyScopes } from '../access/key-scopes.js';
import { ApiProblems } from '../http/problem/api-problems.js';
import { StreamedBody } from '../http/limits/route-limits.js';
import { IdPipe } from '../http/validation/validation.js';
import { Allow } from '../access/organization-permission.js';
import { OrganizationPluginPath } from './dto/organization-plugin-path.js';
import { OrganizationPluginPage, PluginQuery, PluginUpload, PluginView } from './dto/plugin.js';
import { ApiArchive, ApiDownload, uploadProblems } from './plugin-answers.js';
import { DownloadRecord } from './download-record.js';
import { sendArchive, sendPackage } from './plugin-download.js';
import { PluginService } from './plugin.service.js';
import { PluginStore } from './plugin-store.js';

@ApiTags('Plugins')
@Controller('api/v1/organizations/:organizationId/plugins')
export class OrganizationPluginController {
  constructor(
    private readonly plugins: PluginService,
    private readonly store: PluginStore,
    private readonly downloads: DownloadRecord,
  ) {}

  @Get()
  @Allow('plugin.view')
  @KeyScopes('seats', 'read')
  @ApiOperation({ summary: 'List the plugins of an organization: its private ones and the public ones, each version' })
  @ApiOkResponse({ type: OrganizationPluginPage })
  list(
    @Param('organizationId', IdPipe) organizationId: number,
    @Query() query: PluginQuery,
  ): Promise<OrganizationPluginPage> {
    return this.plugins.listOf(organizationId, query);
  }

  @Post()
  @StreamedBody()
  @Allow('plugin.manage')
  @ApiOperation({ summary: 'Upload a private plugin package, for this organization alone' })
  @ApiConsumes('multipart/form-data')
  @ApiBody({ type: PluginUpload })
  @ApiCreatedResponse({ type: PluginView })
  @ApiProblems({
    ...uploadProblems,
    409: 'This version is in the library already, or `plugin-quota-reached`: the private plugins are as large as they may be.',
    403: 'For owners and admins; with the code `private-plugins-not-licensed`: the license does not include private plugins.',
  })
  upload(
    @CallerOf() caller: Caller,
    @Param('organizationId', IdPipe) organizationId: number,
    @Req() request: FastifyRequest,
  ): Promise<PluginView> {
    return this.plugins.upload(caller, organizationId, request);
  }

  @Get('archive')
  @Allow('plugin.view')
  @KeyScopes('seats', 'read')
  @ApiOperation({ summary: 'Download the newest version of each plugin, all as one zip; private before public ones' })
  @ApiArchive()
  async archive(
    @CallerOf() caller: Caller,
    @Param('organizationId', IdPipe) organizationId: number,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile | undefined> {
    const plugins = await this.plugins.newest(organizationId);
    await this.downloads.note(caller, organizationId);
    return sendArchive(request, reply, plugins, this.store);
  }

  @Get(':pluginId/download')
  @Allow('plugin.view')
  @KeyScopes('seats', 'read')
  @ApiOperation({ summary: 'Download a private or public plugin package, or the rest of one (Range)' })
  @ApiDownload()
  @ApiProblems({
    403: 'For members; with the code `private-plugins-not-licensed`: the license does not include private plugins (any more).',
    404: 'No such plugin or organization, or you are not a member of it.',
  })
  async download(
    @CallerOf() caller: Caller,
    @Param() { organizationId, pluginId }: OrganizationPluginPath,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile | undefined> {
    const plugin = await this.plugins.content(organizationId, pluginId);
    await this.downloads.note(caller, organizationId, plugin);
    return sendPackage(request, reply, plugin, this.store);
  }

  @Delete(':pluginId')
  @Allow('plugin.manage')
  @HttpCode(204)
  @ApiOperation({ summary: 'Remove a version of a private plugin' })
  @ApiNoContentResponse({ description: 'Removed.' })
  @ApiProblems({ 404: 'No such private plugin or organization, or you are not a member of it.' })
  delete(
    @CallerOf() caller: Caller,
    @Param('organizationId', IdPipe) organizationId: number,
    @Param('pluginId', IdPipe) id: number,
  ): Promise<void> {
    return this.plugins.delete(caller, organizationId, id);
  }
}
