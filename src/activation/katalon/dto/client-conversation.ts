import { ApiProperty } from '@nestjs/swagger';

export class ClientVersionView {
  @ApiProperty({
    example: 'KSE',
    description: 'The `package` that the client names: `KSE`, `ENGINE`, `FLOATING_ENGINE`.',
  })
  client!: string;

  @ApiProperty({ example: '7.8.2' })
  version!: string;

  @ApiProperty()
  firstAt!: Date;

  @ApiProperty({ description: 'To the minute.' })
  lastAt!: Date;
}

export class RefusedCallView {
  @ApiProperty({ example: 'GET' })
  method!: string;

  @ApiProperty({ example: '/api/v1/test-plans/…/runs', description: 'Ids and other values are left out.' })
  path!: string;

  @ApiProperty({ type: [String], example: ['projectId'], description: 'Names in the query, without their values.' })
  parameters!: string[];

  @ApiProperty({ example: 404, enum: [400, 404, 405] })
  status!: number;

  @ApiProperty({ example: 'invalid-request: machineKey', description: 'The code, and the fields that were wrong.' })
  reason!: string;

  @ApiProperty({ example: 'Apache-HttpClient/4.5.1', description: 'What the client calls itself; may be empty.' })
  program!: string;

  @ApiProperty()
  count!: number;

  @ApiProperty()
  firstAt!: Date;

  @ApiProperty()
  lastAt!: Date;
}

export class ClientConversation {
  @ApiProperty({ type: [ClientVersionView], description: 'At most 100, the one seen last first.' })
  versions!: ClientVersionView[];

  @ApiProperty({ type: [RefusedCallView], description: 'At most 200, the latest first.' })
  refusedCalls!: RefusedCallView[];
}
