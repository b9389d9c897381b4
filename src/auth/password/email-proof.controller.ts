import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Public } from '../../access/access.js';
import { ClientAddress } from '../../http/client-address.js';
import { ApiProblems } from '../../http/problem/api-problems.js';
import { EmailProof } from './dto/email-change.js';
import { EmailChangeService } from './email-change.service.js';

@ApiTags('Sign-in')
@Controller('api/v1/auth/verify-email')
export class EmailProofController {
  constructor(private readonly changes: EmailChangeService) {}

  @Post()
  @Public()
  @HttpCode(204)
  @ApiOperation({ summary: 'Change the address of an account with the token of a link' })
  @ApiNoContentResponse({ description: 'Changed. Sign in with the new address.' })
  @ApiProblems({
    404: 'No such link, or a newer one has replaced it.',
    409: 'There is an account for the address meanwhile.',
    410: 'The link has been used or has expired.',
  })
  confirm(@Body() { token }: EmailProof, @ClientAddress() address: string): Promise<void> {
    return this.changes.confirm(token, address);
  }
}
