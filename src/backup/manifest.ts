import 'reflect-metadata';
import { IsIn, IsInt, IsISO8601, IsString, Matches, Min, validateSync } from 'class-validator';
import { plainToInstance } from 'class-transformer';
import { NestedList } from '../http/validation/nested.js';
import { DamagedBackupError } from './backup-error.js';

/** Name of the last part of every backup, which proves all others. */
export const manifestName = 'manifest.json';

/** A file in the backup. */
export class Part {
  @IsString()
  name!: string;

  @IsInt()
  @Min(0)
  bytes!: number;

  @Matches(/^[0-9a-f]{64}$/)
  sha256!: string;
}

export class TableInBackup {
  @IsString()
  name!: string;

  @IsString({ each: true })
  columns!: string[];

  @IsInt()
  @Min(0)
  rows!: number;
}

/** What a sequence has counted to. */
export class SequenceInBackup {
  @IsString()
  name!: string;

  @Matches(/^-?\d+$/)
  lastValue!: string;

  @IsIn([true, false])
  isCalled!: boolean;
}

/** What is in a backup, in words that {@link Part.sha256} proves. */
export class Manifest {
  @IsIn([1], { message: 'it was made by a newer version of the license server' })
  format!: 1;

  /** Of the server that made it. */
  @IsString()
  version!: string;

  @IsISO8601()
  createdAt!: string;

  /** The migrations that the database had seen, in their order. */
  @IsString({ each: true })
  schema!: string[];

  /** In an order in which they can be filled: no row refers to one that comes later. */
  @NestedList(() => TableInBackup)
  tables!: TableInBackup[];

  @NestedList(() => SequenceInBackup)
  sequences!: SequenceInBackup[];

  @NestedList(() => Part)
  parts!: Part[];
}

/** @throws DamagedBackupError */
export function readManifest(text: string): Manifest {
  let plain: unknown;
  try {
    plain = JSON.parse(text);
  } catch (error) {
    throw new DamagedBackupError('The manifest of the backup cannot be read.', { cause: error });
  }
  if (typeof plain !== 'object' || plain === null) throw new DamagedBackupError('The backup has no manifest.');
  const manifest = plainToInstance(Manifest, plain);
  const [problem] = validateSync(manifest, { forbidUnknownValues: false });
  if (problem) {
    const message = Object.values(problem.constraints ?? {})[0] ?? `${problem.property} is not in order`;
    throw new DamagedBackupError(`The manifest of the backup is not in order: ${message}.`);
  }
  return manifest;
}
