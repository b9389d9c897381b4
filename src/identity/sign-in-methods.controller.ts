import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Public } from '../access/access.js';
import { SignInMethods, SignInMethodsQuery } from './dto/sign-in-methods.js';
import { SignInMethodsService } from './sign-in-methods.service.js';

@ApiTags('Sign-in')
@Controller('api/v1/auth/methods')
export class SignInMethodsController {
  constructor(private readonly methods: SignInMethodsService) {}

  @Get()
  @Public()
  @ApiOperation({ summary: 'The ways to sign in' })
  @ApiOkResponse({ type: SignInMethods })
  get(@Query() { domain }: SignInMethodsQuery): Promise<SignInMethods> {
    return this.methods.get(domain);
  }
}
