import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayNotEmpty, ArrayUnique, IsArray, IsIn } from 'class-validator';
import { applyDecorators } from '@nestjs/common';
import { Choice, Flag, Optional, Text, Verbatim, VersionField } from '../../http/validation/fields.js';
import { CursorPage, WithCursor } from '../../http/cursor.js';
import { Page, PageQuery, SortedBy } from '../../http/paging.js';
import { type DeliveryState, deliveryStates } from '../delivery/webhook-delivery.entity.js';
import { type WebhookEvent, webhookEvents } from '../webhook-events.js';
import { type WebhookFormat, webhookFormats } from '../webhook.entity.js';

/** Bytes of a body that may hold certificates. */
export const webhookBodyLimit = 160 * 1024;

const urlField = {
  max: 2000,
  example: 'https://ci.example.com/hooks/licenses',
  description: 'Where events are posted to: `https://` or `http://`. Redirects are not followed.',
};

const formatField = {
  example: 'standard',
  description:
    '`standard`: as JSON, as the Standard Webhooks specification says. `slack`, `teams`: as a sentence that the chat shows.',
};

const certificateField = {
  max: 100_000,
  min: 0,
  optional: true,
  description: 'Certificates of a private authority, in PEM, that are accepted beside the public ones.',
};

/** Some of the events, each once. */
function EventsField({ optional = false } = {}): PropertyDecorator {
  const schema = {
    enum: [...webhookEvents],
    isArray: true,
    minItems: 1,
    uniqueItems: true,
    example: ['seats.exhausted', 'seats.available'],
    description: 'The events that it is told of.',
  };
  return applyDecorators(
    optional ? ApiPropertyOptional(schema) : ApiProperty(schema),
    ...(optional ? [Optional()] : []),
    IsArray(),
    ArrayNotEmpty(),
    ArrayMaxSize(webhookEvents.length),
    ArrayUnique(),
    IsIn(webhookEvents, { each: true, message: `events must be some of ${webhookEvents.join(', ')}` }),
  );
}

export class NewWebhook {
  @Text(urlField)
  url!: string;

  @EventsField()
  events!: WebhookEvent[];

  @Choice(webhookFormats, { ...formatField, optional: true })
  format?: WebhookFormat;

  @Verbatim(certificateField)
  caCertificate?: string;
}

export class WebhookChange {
  @Text({ ...urlField, optional: true })
  url?: string;

  @EventsField({ optional: true })
  events?: WebhookEvent[];

  @Choice(webhookFormats, { ...formatField, optional: true })
  format?: WebhookFormat;

  @Verbatim(certificateField)
  caCertificate?: string;

  @Flag({ optional: true, description: 'false: events are dropped, and nothing is sent.' })
  enabled?: boolean;

  @VersionField()
  version?: number;
}

/** What differs from the webhook as it is stored. */
export class WebhookTestRequest {
  @Text({ ...urlField, optional: true })
  url?: string;

  @Choice(webhookFormats, { ...formatField, optional: true })
  format?: WebhookFormat;

  @Verbatim(certificateField)
  caCertificate?: string;
}

export class WebhookView {
  @ApiProperty()
  id!: number;

  @ApiProperty({ description: 'Of Slack and Teams without its path: there the address is a secret.' })
  url!: string;

  @ApiProperty({ enum: webhookEvents, isArray: true })
  events!: WebhookEvent[];

  @ApiProperty({ enum: webhookFormats })
  format!: WebhookFormat;

  @ApiProperty({ type: String, nullable: true })
  caCertificate!: string | null;

  @ApiProperty()
  enabled!: boolean;

  @ApiProperty({
    type: Date,
    nullable: true,
    description: 'When the server has disabled it, after a day of failures. null: it has not.',
  })
  disabledAt!: Date | null;

  @ApiProperty({
    type: Date,
    nullable: true,
    description: 'Since when deliveries have failed; null: the last one was taken.',
  })
  failingSince!: Date | null;

  @ApiProperty({
    type: Date,
    nullable: true,
    description: 'Until then the messages are also signed with the secret before this one.',
  })
  previousSecretUntil!: Date | null;

  @ApiProperty()
  createdAt!: Date;

  @ApiProperty()
  updatedAt!: Date;

  @ApiProperty({ description: 'A change may send it.' })
  version!: number;
}

export class WebhookQuery extends SortedBy(PageQuery, 'id', 'host', 'createdAt') {}

export class WebhookPage extends Page<WebhookView> {
  @ApiProperty({ type: [WebhookView] })
  declare content: WebhookView[];
}

export class WebhookWithSecret extends WebhookView {
  @ApiProperty({
    example: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD',
    description: 'Verifies the signatures of the messages. It is shown only now.',
  })
  secret!: string;
}

export class WebhookTestResult {
  @ApiProperty({ description: 'Whether the receiver has answered with a status from 200 to 299.' })
  delivered!: boolean;

  @ApiProperty({ type: Number, nullable: true, description: 'Of the HTTP answer; null: there was no answer.' })
  status!: number | null;

  @ApiProperty({ description: 'Milliseconds.' })
  durationMillis!: number;

  @ApiProperty({ description: 'The body that was sent.' })
  request!: string;

  @ApiProperty({ type: String, nullable: true, description: 'The beginning of the answer.' })
  response!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Why it was not delivered.' })
  error!: string | null;
}

export class DeliveryQuery extends SortedBy(WithCursor(PageQuery), 'id', 'event', 'occurredAt') {
  @Choice(deliveryStates, { optional: true })
  state?: DeliveryState;

  @Choice(webhookEvents, { optional: true })
  event?: WebhookEvent;
}

export class DeliveryView {
  @ApiProperty()
  id!: number;

  @ApiProperty({ description: 'The header `webhook-id`, the same in every attempt.', example: 'msg_2b1f0a9c' })
  messageId!: string;

  @ApiProperty({ enum: webhookEvents })
  event!: WebhookEvent;

  @ApiProperty()
  occurredAt!: Date;

  @ApiProperty({ enum: deliveryStates, description: '`failed`: it is not tried any more.' })
  state!: DeliveryState;

  @ApiProperty()
  attempts!: number;

  @ApiProperty({ type: Date, nullable: true, description: 'The last attempt.' })
  attemptedAt!: Date | null;

  @ApiProperty({ type: Date, nullable: true, description: 'null: it is not tried any more.' })
  nextAttemptAt!: Date | null;

  @ApiProperty({ type: Number, nullable: true, description: 'Milliseconds that the last attempt took.' })
  durationMillis!: number | null;

  @ApiProperty({ type: Number, nullable: true, description: 'Of the last HTTP answer; null: there was no answer.' })
  status!: number | null;

  @ApiProperty({ description: 'The body, with the names as they are now.' })
  request!: string;

  @ApiProperty({ type: String, nullable: true, description: 'The beginning of the last answer.' })
  response!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Why the last attempt failed.' })
  error!: string | null;
}

export class DeliveryPage extends CursorPage<DeliveryView> {
  @ApiProperty({ type: [DeliveryView] })
  declare content: DeliveryView[];
}
