import { ApiProperty } from '@nestjs/swagger';
import { Text, TimeField } from '../../http/fields.js';
import { Page, PageQuery } from '../../http/paging.js';

export class AuditQuery extends PageQuery {
  @Text({ max: 254, optional: true, description: 'E-mail address of who did it, or `server`.' })
  actor?: string;

  @Text({ max: 100, optional: true, example: 'member.', description: 'An action, or the beginning of some.' })
  action?: string;

  @TimeField({ optional: true })
  from?: string;

  @TimeField({ optional: true })
  to?: string;
}

export class AuditEventView {
  @ApiProperty()
  id!: number;

  @ApiProperty()
  occurredAt!: Date;

  @ApiProperty({ example: 'member.role-changed' })
  action!: string;

  @ApiProperty({ type: Number, nullable: true })
  organizationId!: number | null;

  @ApiProperty({ description: 'E-mail address at that time, or `server`.' })
  actor!: string;

  @ApiProperty({ type: String, nullable: true })
  targetType!: string | null;

  @ApiProperty({ type: String, nullable: true })
  targetId!: string | null;

  @ApiProperty({ type: Object })
  details!: Record<string, unknown>;

  @ApiProperty({ type: String, nullable: true, description: 'Network address it was done from.' })
  address!: string | null;
}

export class AuditEventPage extends Page<AuditEventView> {
  @ApiProperty({ type: [AuditEventView] })
  declare content: AuditEventView[];
}
