import { Controller, Delete, Get, HttpCode, Put, Req, Res, type StreamableFile } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Public, RootOnly } from '../access/access.js';
import { type Caller, CallerOf } from '../access/caller.js';
import { ApiProblems } from '../http/problem/api-problems.js';
import { type LogoView } from './dto/logo.js';
import { AnswersLogo, logoView, sendLogo, TakesLogo } from './logo-answers.js';
import { LogoService } from './logo.service.js';
import { uploadedLogo } from './uploaded-logo.js';

/** The logo of the whole server, which its sign-in page shows. */
@ApiTags('Administration')
@Controller('api/v1/logo')
export class ServerLogoController {
  constructor(private readonly logos: LogoService) {}

  @Get()
  @Public()
  @AnswersLogo()
  @ApiOperation({ summary: 'The logo of this server' })
  @ApiProblems({ 404: 'It has no logo.' })
  async get(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile | undefined> {
    return sendLogo(request, reply, await this.logos.get(null));
  }

  @Put()
  @RootOnly()
  @TakesLogo()
  @ApiOperation({ summary: 'Set the logo of this server, for its sign-in page, the console and mails about accounts' })
  async replace(@CallerOf() caller: Caller, @Req() request: FastifyRequest): Promise<LogoView> {
    return logoView(await this.logos.replace(caller, null, await uploadedLogo(request)));
  }

  @Delete()
  @RootOnly()
  @HttpCode(204)
  @ApiOperation({ summary: 'Remove the logo of this server' })
  @ApiNoContentResponse({ description: 'Removed.' })
  @ApiProblems({ 404: 'It has no logo.' })
  remove(@CallerOf() caller: Caller): Promise<void> {
    return this.logos.remove(caller, null);
  }
}
