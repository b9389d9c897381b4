import { ApiProperty } from '@nestjs/swagger';

/** What was done when the clock was found set back. */
export class ClockSetBack {
  @ApiProperty({ description: 'When it was found.' })
  at!: string;

  @ApiProperty({ description: 'What the clock had said before.' })
  from!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer' },
    description: 'Rows whose times were pulled back, by table.',
  })
  rows!: Record<string, number>;
}

/** What was done when the vendor proved another time. */
export class ClockCorrected {
  @ApiProperty()
  at!: string;

  @ApiProperty({ description: 'The time that was recorded before.' })
  from!: string;

  @ApiProperty({ description: 'The time to which it fell back.' })
  to!: string;

  @ApiProperty({ description: 'The id of the license or statement of time that proved it.' })
  proof!: string;
}

/** The time by which licenses count, and what has become of it. */
export class ServerClockView {
  @ApiProperty({ description: "The database's clock." })
  now!: Date;

  @ApiProperty({ description: 'The newest time that was ever seen here: licenses count by it.' })
  recordedTime!: Date;

  @ApiProperty({ description: 'Whether the recorded time is ahead of the clock, so that licenses end too early.' })
  isAhead!: boolean;

  @ApiProperty({ type: ClockSetBack, nullable: true, description: 'The last time that the clock was set back.' })
  setBack!: ClockSetBack | null;

  @ApiProperty({
    type: ClockCorrected,
    nullable: true,
    description: 'The last time that the vendor proved another time.',
  })
  corrected!: ClockCorrected | null;
}
