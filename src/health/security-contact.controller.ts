import { Controller, Get, Header, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { Public } from '../access/access.js';
import { Clock } from '../clock/clock.js';
import { SETTINGS } from '../config/config.module.js';
import { type Settings } from '../config/settings.js';
import { NotFoundError } from '../errors/domain-error.js';
import { ApiProblems } from '../http/problem/api-problems.js';

/** RFC 9116 asks for less than a year. The file is made for each request, so a server that runs never names a past day. */
const validMillis = 180 * 86_400_000;

@ApiTags('Operation')
@Controller('.well-known')
@Public()
export class SecurityContactController {
  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  @Get('security.txt')
  @Header('content-type', 'text/plain; charset=utf-8')
  @Header('cache-control', 'public, max-age=86400')
  @ApiOperation({ summary: 'Where to report a vulnerability (RFC 9116)' })
  @ApiProduces('text/plain')
  @ApiOkResponse({ type: String, description: 'The contact of SECURITY_CONTACT.' })
  @ApiProblems({ 404: 'SECURITY_CONTACT is not set.' })
  securityText(): string {
    const { securityContact, serverUrl } = this.settings;
    if (securityContact === undefined)
      throw new NotFoundError(
        'The security contact',
        'This server names no security contact (setting SECURITY_CONTACT).',
      );
    const expires = new Date(this.clock.millis() + validMillis);
    expires.setUTCHours(0, 0, 0, 0);
    return [
      `Contact: ${securityContact}`,
      `Expires: ${expires.toISOString()}`,
      'Preferred-Languages: en, de',
      // RFC 9116 allows no other scheme.
      ...(serverUrl.startsWith('https:') ? [`Canonical: ${serverUrl}/.well-known/security.txt`] : []),
      '',
    ].join('\n');
  }
}
