import { ApiProperty } from '@nestjs/swagger';

export class LogoUpload {
  static readonly open = true;

  @ApiProperty({
    type: String,
    format: 'binary',
    description: 'A PNG, JPEG or WebP image of 16 to 1,024 pixels on each side and at most 128 KiB.',
  })
  file!: unknown;
}

/** Letters of the SHA-256 that tell one version of a logo from another. */
export const versionLetters = 16;

export class LogoView {
  @ApiProperty({ description: 'Changes with the image.', example: '5feceb66ffc86f38' })
  version!: string;

  @ApiProperty({ description: 'Pixels.', example: 320 })
  width!: number;

  @ApiProperty({ description: 'Pixels.', example: 96 })
  height!: number;
}
