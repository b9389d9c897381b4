import { Controller, Delete, Get, HttpCode, Param, Put, Req, Res, type StreamableFile } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type Caller, CallerOf } from '../access/caller.js';
import { Allow } from '../access/organization-permission.js';
import { ApiProblems } from '../http/problem/api-problems.js';
import { IdPipe } from '../http/validation/validation.js';
import { type LogoView } from './dto/logo.js';
import { AnswersLogo, logoView, sendLogo, TakesLogo } from './logo-answers.js';
import { LogoService } from './logo.service.js';
import { uploadedLogo } from './uploaded-logo.js';

/** The logo of an organization. */
@ApiTags('Organizations')
@Controller('api/v1/organizations/:organizationId/logo')
export class OrganizationLogoController {
  constructor(private readonly logos: LogoService) {}

  @Get()
  @Allow('organization.view')
  @AnswersLogo()
  @ApiOperation({ summary: "The organization's logo" })
  @ApiProblems({ 404: 'It has no logo, or no such organization.' })
  async get(
    @Param('organizationId', IdPipe) id: number,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile | undefined> {
    return sendLogo(request, reply, await this.logos.get(id));
  }

  @Put()
  @Allow('organization.rename')
  @TakesLogo()
  @ApiOperation({ summary: "Set the organization's logo, for the console and its mails" })
  async replace(
    @CallerOf() caller: Caller,
    @Param('organizationId', IdPipe) id: number,
    @Req() request: FastifyRequest,
  ): Promise<LogoView> {
    return logoView(await this.logos.replace(caller, id, await uploadedLogo(request)));
  }

  @Delete()
  @Allow('organization.rename')
  @HttpCode(204)
  @ApiOperation({ summary: "Remove the organization's logo" })
  @ApiNoContentResponse({ description: 'Removed.' })
  @ApiProblems({ 404: 'It has no logo, or no such organization.' })
  remove(@CallerOf() caller: Caller, @Param('organizationId', IdPipe) id: number): Promise<void> {
    return this.logos.remove(caller, id);
  }
}
