import { ApiProperty } from '@nestjs/swagger';
import { IsInt, Matches, Max, Min } from 'class-validator';
import { Choice, EmailField, Flag, Text, Verbatim, VersionField } from '../../http/validation/fields.js';
import { Page, PageQuery, SortedBy } from '../../http/paging.js';
import { type MailState, mailStates } from '../outbox/outbox-mail.entity.js';
import { type Protocol, protocols } from '../mail-server.entity.js';

export class MailServerSettings {
  @Text({ max: 253, example: 'smtp.example.com' })
  @Matches(/^[\w.:-]+$/, { message: 'host must be a host name or an address' })
  host!: string;

  @ApiProperty({ minimum: 1, maximum: 65_535, example: 587 })
  @IsInt()
  @Min(1)
  @Max(65_535)
  port!: number;

  @Choice(protocols, { example: 'SMTP + STARTTLS' })
  protocol!: Protocol;

  @Verbatim({ max: 254, min: 0, optional: true, description: 'Without it the server is used without signing in.' })
  username?: string;

  @Verbatim({
    max: 1000,
    min: 0,
    optional: true,
    description: 'Never shown again. Absent: the one that is stored stays, as long as host, port and username stay.',
  })
  password?: string;

  @Verbatim({
    max: 2000,
    min: 0,
    optional: true,
    description:
      'For a mail server that takes access tokens in the place of a password (XOAUTH2), as Microsoft 365 does: where they are got ' +
      'with `grant_type=client_credentials`. `username` is then the mailbox that sends.',
    example: 'https://login.microsoftonline.com/TENANT/oauth2/v2.0/token',
  })
  tokenUrl?: string;

  @Verbatim({ max: 500, min: 0, optional: true, description: 'The client (application) id, with `tokenUrl`.' })
  clientId?: string;

  @Verbatim({
    max: 2000,
    min: 0,
    optional: true,
    description: 'Never shown again. Absent: the one that is stored stays, as long as tokenUrl and clientId stay.',
  })
  clientSecret?: string;

  @Verbatim({ max: 1000, min: 0, optional: true, example: 'https://outlook.office365.com/.default' })
  scope?: string;

  @Text({ max: 320, example: 'License server <licenses@example.com>' })
  @Matches(/^(?:(?:"(?:[^"\\]|\\.)*"\s*|[^<>\r\n]*)<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/, {
    message: 'sender must be an e-mail address, or a name and an address in angle brackets',
  })
  sender!: string;

  @Verbatim({ max: 100_000, min: 0, optional: true, description: 'Certificates of a private authority, in PEM.' })
  certificateAuthority?: string;

  @Flag({ optional: true, description: 'Do not check the certificate. Anybody in between can read the mails.' })
  acceptAnyCertificate?: boolean;

  @VersionField()
  version?: number;
}

export class MailServerView {
  @ApiProperty()
  host!: string;

  @ApiProperty()
  port!: number;

  @ApiProperty({ enum: [...protocols] })
  protocol!: Protocol;

  @ApiProperty({ type: String, nullable: true })
  username!: string | null;

  @ApiProperty({ description: 'Whether a password is stored; it is never shown.' })
  hasPassword!: boolean;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Null: the server is used with a password, or without any.',
  })
  tokenUrl!: string | null;

  @ApiProperty({ type: String, nullable: true })
  clientId!: string | null;

  @ApiProperty({ description: 'Whether a client secret is stored; it is never shown.' })
  hasClientSecret!: boolean;

  @ApiProperty({ type: String, nullable: true })
  scope!: string | null;

  @ApiProperty()
  sender!: string;

  @ApiProperty({ type: String, nullable: true })
  certificateAuthority!: string | null;

  @ApiProperty()
  acceptAnyCertificate!: boolean;

  @ApiProperty()
  updatedAt!: Date;

  @ApiProperty({ description: 'A change may send it.' })
  version!: number;
}

export class MailTest {
  @EmailField()
  to!: string;
}

export class MailTestResult {
  @ApiProperty({ description: 'Whether the mail server has taken the mail.' })
  sent!: boolean;

  @ApiProperty({ description: "What happened, with the mail server's own words." })
  message!: string;
}

export class OutboxQuery extends SortedBy(PageQuery, 'createdAt', 'sentAt', 'recipient', 'kind', 'state') {
  @Choice(mailStates, { optional: true, description: 'Only those in this state.' })
  state?: MailState;
}

export class OutboxMailView {
  @ApiProperty()
  id!: number;

  @ApiProperty({ example: 'invitation' })
  kind!: string;

  @ApiProperty()
  recipient!: string;

  @ApiProperty()
  subject!: string;

  @ApiProperty({ enum: [...mailStates], description: '`failed`: the server does not retry.' })
  state!: MailState;

  @ApiProperty()
  attempts!: number;

  @ApiProperty()
  createdAt!: Date;

  @ApiProperty({ type: Date, nullable: true, description: 'When it is tried next; null: it is not.' })
  nextAttemptAt!: Date | null;

  @ApiProperty({ type: String, nullable: true, description: 'Why the last attempt failed.' })
  lastError!: string | null;

  @ApiProperty({ type: Date, nullable: true })
  sentAt!: Date | null;
}

export class OutboxPage extends Page<OutboxMailView> {
  @ApiProperty({ type: [OutboxMailView] })
  declare content: OutboxMailView[];
}

export class RetriedMails {
  @ApiProperty({ description: 'How many mails are tried again.' })
  retried!: number;
}
