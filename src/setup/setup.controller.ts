import { Body, Controller, HttpCode, Post, Req, UseGuards } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiOperation, ApiSecurity, ApiTags } from '@nestjs/swagger';
import { type FastifyRequest } from 'fastify';
import { Public } from '../access/access.js';
import { type Actor } from '../access/actor.js';
import { ApiProblems } from '../http/problem/api-problems.js';
import { ClientAddress } from '../http/client-address.js';
import { BodyLimit } from '../http/limits/route-limits.js';
import { LicenseText } from '../license/dto/license.js';
import { LicensePreview } from '../license/dto/license-preview.js';
import { licenseBodyLimit, uploadedLicense } from '../license/uploaded-license.js';
import { NewPasswordProblems } from '../user/new-password-problems.js';
import { DefaultAccount, SetupAnswer } from './dto/setup.js';
import { SetupService } from './setup.service.js';
import { SetupTokenGuard } from './setup-token.guard.js';

@ApiTags('Setup')
@Controller('api/v1/setup')
@Public()
@UseGuards(SetupTokenGuard)
@ApiSecurity('setup-token')
@ApiProblems({
  401: 'The setup token is missing or wrong.',
  409: 'The server is set up already, or another step comes first.',
  429: 'Too many wrong setup tokens.',
})
export class SetupController {
  constructor(private readonly setup: SetupService) {}

  @Post('license')
  @BodyLimit(licenseBodyLimit)
  @HttpCode(200)
  @ApiOperation({ summary: "Install the vendor's license file" })
  @ApiConsumes('application/json', 'multipart/form-data')
  @ApiBody({ type: LicenseText })
  @ApiOkResponse({ type: SetupAnswer })
  @ApiProblems({
    400: 'Not a license file, altered, expired, not yet valid, for another server, or signed by an unknown key.',
    413: 'Larger than 64 KiB.',
  })
  async license(@Req() request: FastifyRequest, @ClientAddress() address: string): Promise<SetupAnswer> {
    return { setup: await this.setup.license(await uploadedLicense(request), installer(address)) };
  }

  @Post('license/preview')
  @BodyLimit(licenseBodyLimit)
  @HttpCode(200)
  @ApiOperation({
    summary: 'What a license file would grant; it is checked as for the installation, and not installed',
  })
  @ApiConsumes('application/json', 'multipart/form-data')
  @ApiBody({ type: LicenseText })
  @ApiOkResponse({ type: LicensePreview })
  @ApiProblems({
    400: 'Not a license file, altered, expired, not yet valid, for another server, or signed by an unknown key.',
    413: 'Larger than 64 KiB.',
  })
  async preview(@Req() request: FastifyRequest): Promise<LicensePreview> {
    return this.setup.preview(await uploadedLicense(request));
  }

  @Post('evaluation')
  @HttpCode(200)
  @ApiOperation({ summary: 'Start the evaluation: 30 days, 5 seats each, once' })
  @ApiOkResponse({ type: SetupAnswer })
  async evaluation(@ClientAddress() address: string): Promise<SetupAnswer> {
    return { setup: await this.setup.evaluation(installer(address)) };
  }

  @Post('account')
  @HttpCode(200)
  @ApiOperation({ summary: "Create the default account, the server's root administrator" })
  @ApiOkResponse({ type: SetupAnswer })
  @ApiProblems({ 400: 'A field is missing, or the password breaks the rules.' })
  @NewPasswordProblems('Too many wrong setup tokens, or new passwords that are being checked.')
  async account(@Body() account: DefaultAccount, @ClientAddress() address: string): Promise<SetupAnswer> {
    return { setup: await this.setup.account(account, installer(address)) };
  }
}

/** A stranger with the setup token. */
function installer(address: string): Actor {
  return { id: null, name: 'setup', address };
}
