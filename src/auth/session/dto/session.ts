import { ApiProperty } from '@nestjs/swagger';

export class SessionView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty()
  createdAt!: Date;

  @ApiProperty()
  expiresAt!: Date;

  @ApiProperty({ type: Date, nullable: true, description: 'To the minute.' })
  lastUsedAt!: Date | null;

  @ApiProperty({ type: String, nullable: true, description: 'Network address it was begun from.' })
  address!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'What the browser says it is.' })
  userAgent!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The browser, if it is a known one.', example: 'Firefox' })
  browser!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Its system, if it is a known one.', example: 'Windows' })
  system!: string | null;

  @ApiProperty({ description: 'Whether it is the one that asks.' })
  current!: boolean;
}
