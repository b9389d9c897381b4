import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RootOnly } from '../access/access.js';
import { type Caller, CallerOf } from '../access/caller.js';
import { Confirmed } from '../access/confirmed.js';
import { BodyLimit } from '../http/limits/route-limits.js';
import { ApiProblems } from '../http/problem/api-problems.js';
import { IdPipe } from '../http/validation/validation.js';
import {
  DeliveryPage,
  DeliveryQuery,
  NewWebhook,
  webhookBodyLimit,
  WebhookChange,
  WebhookPage,
  WebhookTestRequest,
  WebhookTestResult,
  WebhookView,
  WebhookWithSecret,
  WebhookQuery,
} from './dto/webhook.js';
import { WebhookDeliveryService } from './delivery/webhook-delivery.service.js';
import { WebhookService } from './webhook.service.js';

/** The webhooks of the whole server, which are told of the events of all organizations. */
@ApiTags('Webhooks')
@Controller('api/v1/webhooks')
@RootOnly()
export class ServerWebhookController {
  constructor(
    private readonly webhooks: WebhookService,
    private readonly deliveries: WebhookDeliveryService,
  ) {}

  @Get()
  @ApiOperation({ summary: "List the server's webhooks" })
  @ApiOkResponse({ type: WebhookPage })
  list(@Query() query: WebhookQuery): Promise<WebhookPage> {
    return this.webhooks.list(null, query);
  }

  @Post()
  @BodyLimit(webhookBodyLimit)
  @Confirmed()
  @ApiOperation({ summary: 'Create a webhook; the answer is the only place where its secret is shown' })
  @ApiCreatedResponse({ type: WebhookWithSecret })
  @ApiProblems({ 400: 'A wrong address, event or format.', 409: 'There are 30 webhooks already.' })
  create(@CallerOf() caller: Caller, @Body() webhook: NewWebhook): Promise<WebhookWithSecret> {
    return this.webhooks.create(caller, null, webhook);
  }

  @Get(':webhookId')
  @ApiOperation({ summary: 'Look at a webhook, without its secret' })
  @ApiOkResponse({ type: WebhookView })
  @ApiProblems({ 404: 'No such webhook.' })
  get(@Param('webhookId', IdPipe) id: number): Promise<WebhookView> {
    return this.webhooks.get(null, id);
  }

  @Patch(':webhookId')
  @BodyLimit(webhookBodyLimit)
  @Confirmed()
  @ApiOperation({ summary: 'Change a webhook, or enable it again; what is absent stays' })
  @ApiOkResponse({ type: WebhookView })
  @ApiProblems({
    400: 'A wrong field.',
    404: 'No such webhook.',
    409: '`stale-version`: changed by another user since it was read; `changes` says who.',
  })
  change(
    @CallerOf() caller: Caller,
    @Param('webhookId', IdPipe) id: number,
    @Body() change: WebhookChange,
  ): Promise<WebhookView> {
    return this.webhooks.change(caller, null, id, change);
  }

  @Delete(':webhookId')
  @Confirmed()
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete a webhook, and what waits to be sent to it' })
  @ApiNoContentResponse({ description: 'Deleted.' })
  @ApiProblems({ 404: 'No such webhook.' })
  remove(@CallerOf() caller: Caller, @Param('webhookId', IdPipe) id: number): Promise<void> {
    return this.webhooks.remove(caller, null, id);
  }

  @Post(':webhookId/rotate-secret')
  @Confirmed()
  @HttpCode(200)
  @ApiOperation({ summary: 'Replace the secret; for a day, messages are signed with the one before it, too' })
  @ApiOkResponse({ type: WebhookWithSecret })
  @ApiProblems({ 404: 'No such webhook.' })
  rotateSecret(@CallerOf() caller: Caller, @Param('webhookId', IdPipe) id: number): Promise<WebhookWithSecret> {
    return this.webhooks.rotateSecret(caller, null, id);
  }

  @Post(':webhookId/test')
  @BodyLimit(webhookBodyLimit)
  @HttpCode(200)
  @ApiOperation({ summary: 'Send a test message, and hear what the receiver answers' })
  @ApiOkResponse({ type: WebhookTestResult, description: 'Also when the receiver did not take it.' })
  @ApiProblems({ 400: 'A wrong field.', 404: 'No such webhook.', 429: 'Too many tests in a minute.' })
  test(
    @CallerOf() caller: Caller,
    @Param('webhookId', IdPipe) id: number,
    @Body() request: WebhookTestRequest,
  ): Promise<WebhookTestResult> {
    return this.deliveries.test(caller, null, id, request);
  }

  @Get(':webhookId/deliveries')
  @ApiOperation({ summary: 'List deliveries of the last week: what was sent, and what the receiver answered' })
  @ApiOkResponse({ type: DeliveryPage })
  @ApiProblems({ 404: 'No such webhook.' })
  listDeliveries(@Param('webhookId', IdPipe) id: number, @Query() query: DeliveryQuery): Promise<DeliveryPage> {
    return this.deliveries.list(null, id, query);
  }

  @Post(':webhookId/deliveries/:deliveryId/redeliver')
  @HttpCode(204)
  @ApiOperation({ summary: 'Send an event again at once, with the same `webhook-id`' })
  @ApiNoContentResponse({ description: 'It is sent at once.' })
  @ApiProblems({ 404: 'No such delivery.', 409: 'The webhook is disabled.' })
  redeliver(
    @CallerOf() caller: Caller,
    @Param('webhookId', IdPipe) webhookId: number,
    @Param('deliveryId', IdPipe) id: number,
  ): Promise<void> {
    return this.deliveries.redeliver(caller, null, id, webhookId);
  }

  @Post('deliveries/:deliveryId/redeliver')
  @HttpCode(204)
  @ApiOperation({ summary: 'The same, without the id of the webhook' })
  @ApiNoContentResponse({ description: 'It is sent at once.' })
  @ApiProblems({ 404: 'No such delivery.', 409: 'The webhook is disabled.' })
  redeliverAny(@CallerOf() caller: Caller, @Param('deliveryId', IdPipe) id: number): Promise<void> {
    return this.deliveries.redeliver(caller, null, id);
  }
}
