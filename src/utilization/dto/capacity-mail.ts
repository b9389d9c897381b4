import { ApiProperty } from '@nestjs/swagger';

export class CapacityMailOrganization {
  @ApiProperty()
  id!: number;

  @ApiProperty()
  name!: string;
}

/** Whether the caller gets the capacity of an organization by mail. */
export class CapacityMailView {
  @ApiProperty()
  organization!: CapacityMailOrganization;

  @ApiProperty({ description: 'Whether you get a mail each month.' })
  subscribed!: boolean;
}
