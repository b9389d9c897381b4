import { ApiExtraModels, ApiProperty } from '@nestjs/swagger';
import { Verbatim } from '../../http/validation/fields.js';
import { licenseWarnings, unacceptedSeats } from '../file/client-features.js';
import { type LicenseState } from '../license.service.js';
import { UnacceptedSeatsView } from './unaccepted-seats.js';

/** A license file in a form. */
export class LicenseUpload {
  static readonly open = true;

  @ApiProperty({ type: String, format: 'binary', description: 'The .lic file. At most 64 KiB.' })
  file!: unknown;
}

@ApiExtraModels(LicenseUpload)
export class LicenseText {
  static readonly form = LicenseUpload;

  @Verbatim({ max: 1024 * 1024, min: 0, description: 'The whole text of the .lic file.' })
  license!: string;
}

/** What a license file says; the shape of the upload's answer and of the list. */
export class LicenseView {
  @ApiProperty({ type: Number })
  id!: number;

  @ApiProperty({ description: "The vendor's id of the license." })
  jti!: string;

  @ApiProperty({ description: 'Issued by this server to itself, to try it out.' })
  evaluation!: boolean;

  @ApiProperty({ type: String, nullable: true, description: 'Why it is not in force; null: it is.' })
  problem!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The code of that refusal.' })
  problemCode!: string | null;

  @ApiProperty({ type: Object, nullable: true, description: 'What the vendor signed, unknown claims included.' })
  claims!: object | null;

  @ApiProperty({ type: Date, nullable: true, description: 'Its seats count from then.' })
  startsAt!: Date | null;

  @ApiProperty({ description: 'It is installed, and its seats do not count yet.' })
  beginsLater!: boolean;

  @ApiProperty({ description: 'Another file takes over without a gap when this one ends, so no warning is sent.' })
  followedUp!: boolean;

  @ApiProperty({ type: Date, nullable: true })
  expiresAt!: Date | null;

  @ApiProperty({ type: Date, nullable: true, description: 'The end of the grace days.' })
  endsAt!: Date | null;

  @ApiProperty()
  uploadedAt!: Date;

  @ApiProperty({ type: [String], description: 'Seats that Katalon Studio or Runtime Engine will not accept, and why.' })
  warnings!: string[];

  @ApiProperty({ type: [UnacceptedSeatsView], description: 'The same as `warnings`, for programs.' })
  unacceptedSeats!: UnacceptedSeatsView[];
}

export function licenseView({
  installed,
  file,
  problem,
  problemCode,
  beginsLater,
  followedUp,
}: LicenseState): LicenseView {
  return {
    id: installed.id,
    jti: installed.jti,
    evaluation: installed.selfIssued,
    problem: problem ?? null,
    problemCode: problemCode ?? null,
    claims: file?.claims ?? null,
    startsAt: file?.startsAt ?? null,
    beginsLater,
    followedUp,
    expiresAt: file ? new Date(file.claims.exp * 1000) : null,
    endsAt: file?.endsAt ?? null,
    uploadedAt: installed.uploadedAt,
    warnings: file ? licenseWarnings(file.claims) : [],
    unacceptedSeats: file ? unacceptedSeats(file.claims) : [],
  };
}
