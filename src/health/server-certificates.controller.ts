import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RootOnly } from '../access/access.js';
import { KnownCertificates } from '../http/tls/known-certificates.js';
import { ServerCertificateView } from './dto/server-certificate.js';

@ApiTags('Operation')
@Controller('api/v1/server-certificates')
@RootOnly()
export class ServerCertificatesController {
  constructor(private readonly certificates: KnownCertificates) {}

  @Get()
  @ApiOperation({
    summary: 'When certificates expire: that of HTTPS, and those of enabled SAML providers',
    description:
      'Of this server: other servers of the same installation may have another certificate for HTTPS. Metadata of providers is read every hour.',
  })
  @ApiOkResponse({ type: [ServerCertificateView] })
  list(): ServerCertificateView[] {
    return this.certificates.list();
  }
}
