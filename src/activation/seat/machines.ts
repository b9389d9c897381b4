import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsNotEmpty, IsString, Matches, MaxLength } from 'class-validator';
import { ItemError, maxInTurn } from '../../errors/item-error.js';

/** Bytes of a request: each of the ids may have letters that take four bytes. */
export const machinesBodyLimit = 1024 * 1024;

/** Machines that something is done to together. */
export class Machines {
  @ApiProperty({
    type: [String],
    minItems: 1,
    maxItems: maxInTurn,
    description: 'Machine ids.',
    example: ['ci-agent-7', 'ci-agent-8'],
  })
  @Matches(/^[^*]*$/, { each: true, message: 'machineIds must be the ids of single machines, without *' })
  @MaxLength(255, { each: true })
  @IsNotEmpty({ each: true })
  @IsString({ each: true, message: 'machineIds must be a list of machine ids' })
  @ArrayMaxSize(maxInTurn)
  @ArrayMinSize(1)
  @IsArray({ message: 'machineIds must be a list of machine ids' })
  machineIds!: string[];
}

/** What became of one of several machines. */
export class MachineResult {
  @ApiProperty()
  machineId!: string;

  @ApiProperty({ type: ItemError, nullable: true, description: 'Null: done.' })
  error!: ItemError | null;
}
