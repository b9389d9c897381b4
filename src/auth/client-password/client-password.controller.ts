import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { SignedIn } from '../../access/access.js';
import { type Caller, CallerOf } from '../../access/caller.js';
import { Confirmed } from '../../access/confirmed.js';
import { PeopleOnly } from '../../access/key-scopes.js';
import { ApiProblems } from '../../http/problem/api-problems.js';
import { IdPipe } from '../../http/validation/validation.js';
import { ClientPasswordService } from './client-password.service.js';
import { ClientPasswordView, CreatedClientPassword, NewClientPassword } from './dto/client-password.js';

@ApiTags('My account')
@Controller('api/v1/users/me/client-passwords')
@SignedIn()
export class ClientPasswordController {
  constructor(private readonly passwords: ClientPasswordService) {}

  @Get()
  @ApiOperation({ summary: 'List my client passwords' })
  @ApiOkResponse({ type: [ClientPasswordView] })
  list(@CallerOf() caller: Caller): Promise<ClientPasswordView[]> {
    return this.passwords.list(caller.id);
  }

  @Post()
  @PeopleOnly()
  @Confirmed()
  @ApiOperation({
    summary: 'Create a password to type into Katalon Studio; the answer is the only place where it is shown',
  })
  @ApiCreatedResponse({ type: CreatedClientPassword })
  @ApiProblems({
    400: 'No name, or an expiry that is past or too late.',
    409: 'There are 20 client passwords already.',
  })
  create(@CallerOf() caller: Caller, @Body() body: NewClientPassword): Promise<CreatedClientPassword> {
    return this.passwords.create(caller, body);
  }

  @Delete(':id')
  @PeopleOnly()
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete a client password: it and all tokens got with it end at once' })
  @ApiNoContentResponse({ description: 'Deleted.' })
  @ApiProblems({ 404: 'You have no such client password.' })
  delete(@CallerOf() caller: Caller, @Param('id', IdPipe) id: number): Promise<void> {
    return this.passwords.delete(caller, id);
  }
}
