import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RootOnly } from '../../access/access.js';
import { ClientConversationService } from './client-conversation.service.js';
import { ClientConversation } from './dto/client-conversation.js';

@ApiTags('Operation')
@Controller('api/v1/clients')
@RootOnly()
export class ClientConversationController {
  constructor(private readonly conversation: ClientConversationService) {}

  @Get()
  @ApiOperation({
    summary: "Which versions of Katalon's clients were seen, and which of their calls were answered 400, 404 or 405",
    description:
      'For support: a newer client may ask for something that this server does not know. No values are kept.',
  })
  @ApiOkResponse({ type: ClientConversation })
  all(): Promise<ClientConversation> {
    return this.conversation.all();
  }
}
